// atomic_file: a file appears whole or not at all.
// It is written beside (same folder, so that a rename stays within one file system), forced to disk, and renamed. A
// kill at any moment leaves the old file; a failure also removes the half-written one, as does a signal that ends the
// program (partial_files.hpp).
#pragma once

#include <string>
#include <string_view>

#include "disk/byte_stream.hpp"

namespace sparsio {

class AtomicFile final : public ByteSink {
 public:
  /// BadInput with the reason: the folder is missing or not writable, `path` is a folder or a device.
  explicit AtomicFile(const std::string& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  /// Without finish() the half-written file is removed.
  ~AtomicFile() override;

  void write(std::string_view bytes) override;
  void finish() override;

 private:
  void flush();

  std::string path_;
  std::string temporary_;
  std::string buffer_;
  int descriptor_ = -1;
};

/// `bytes` as the whole of `path`, packed by its ending.
void write_file(const std::string& path, std::string_view bytes);

/// For libraries that write files themselves: an unused name beside `path` to write to, and the step that forces it to
/// disk and renames it. BadInput naming `path`; the temporary file is removed on failure.
std::string name_beside(const std::string& path);
void move_into_place(const std::string& temporary, const std::string& path);

/// What was made, renamed or removed at `path` keeps its name through a power cut. Some file systems cannot sync a
/// folder; there is nothing to do about it.
void sync_folder_of(const std::string& path);

}  // namespace sparsio
