#include "disk/byte_stream.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "disk/atomic_file.hpp"
#include "disk/gzip_stream.hpp"
#include "disk/xz_stream.hpp"

namespace sparsio {
namespace {

class PlainFile final : public ByteStream {
 public:
  explicit PlainFile(const std::string& path) : path_(path) {
    struct stat facts {};
    if (stat(path.c_str(), &facts) != 0) refuse_open();
    if (S_ISDIR(facts.st_mode)) throw BadInput(path, "is a folder", "give a file");
    if (!S_ISREG(facts.st_mode)) throw BadInput(path, "is not a regular file", "give a file that can be read twice");
    descriptor_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) refuse_open();
  }
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;
  ~PlainFile() override { close(descriptor_); }

  size_t read(char* to, size_t size) override {
    while (true) {
      const ssize_t got = ::read(descriptor_, to, size);
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EINTR) throw BadInput(path_, "cannot be read: " + errno_text());
    }
  }

  /// The first bytes, without moving.
  std::string peek(size_t size) const {
    std::string bytes(size, '\0');
    const ssize_t got = pread(descriptor_, bytes.data(), size, 0);
    bytes.resize(got > 0 ? static_cast<size_t>(got) : 0);
    return bytes;
  }

 private:
  [[noreturn]] void refuse_open() const {
    throw BadInput(path_, "cannot be opened: " + errno_text(), "give a file that exists and may be read");
  }

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace

std::unique_ptr<ByteStream> open_packed(const std::string& path) {
  return std::make_unique<PlainFile>(path);
}

std::unique_ptr<ByteStream> open_bytes(const std::string& path) {
  auto file = std::make_unique<PlainFile>(path);
  if (path.ends_with(".gz")) return gunzip(std::move(file), path);
  if (path.ends_with(".xz")) return unxz(std::move(file), path);
  return file;
}

std::unique_ptr<ByteStream> open_text(const std::string& path) {
  if (path.ends_with(".gz") || path.ends_with(".xz")) return open_bytes(path);
  auto file = std::make_unique<PlainFile>(path);
  const std::string first = file->peek(6);
  if (first.starts_with("\x1f\x8b")) return gunzip(std::move(file), path);
  if (first == std::string_view("\xfd\x37\x7a\x58\x5a\x00", 6)) return unxz(std::move(file), path);
  return file;
}

std::unique_ptr<ByteSink> open_sink(const std::string& path) {
  auto file = std::make_unique<AtomicFile>(path);
  if (path.ends_with(".gz")) return gzip(std::move(file));
  if (path.ends_with(".xz")) return xz(std::move(file));
  return file;
}

std::string errno_text() {
  return std::generic_category().message(errno);
}

}  // namespace sparsio
