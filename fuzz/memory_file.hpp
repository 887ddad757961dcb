// memory_file: bytes from the fuzzer as a regular file that readers can open by a path, without a disk.
// And what a reader may do with them: answer, or refuse with BadInput or Unsupported. Any other end is a find.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sparsio {

class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("fuzz", 0)) {
    if (descriptor_ < 0) std::abort();
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(descriptor_); }

  /// The path of a file with these bytes and no others.
  std::string put(std::string_view bytes) const {
    if (pwrite(descriptor_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()) ||
        ftruncate(descriptor_, static_cast<off_t>(bytes.size())) != 0)
      std::abort();
    return "/proc/self/fd/" + std::to_string(descriptor_);
  }

 private:
  int descriptor_;
};

template <class Work>
int read_or_refused(const uint8_t* data, size_t size, Work&& work) {
  static const MemoryFile file;
  try {
    work(file.put({reinterpret_cast<const char*>(data), size}));
  } catch (const BadInput&) {
  } catch (const Unsupported&) {
  }
  return 0;
}

}  // namespace sparsio
