#include "disk/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "base/error.hpp"
#include "disk/partial_files.hpp"

namespace sparsio {
namespace {

constexpr size_t buffer_bytes = size_t{1} << 20;

[[noreturn]] void refuse(const std::string& path) {
  const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  throw BadInput(path, "cannot be written: " + errno_text(),
                 full ? "make room or write elsewhere" : "give a path in a folder that exists and may be written to");
}

/// The file behind a symbolic link, so that the link stays a link; otherwise the path itself.
std::string behind_links(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return path;
  const auto target = std::filesystem::canonical(path, error);
  return error ? path : target.string();
}

/// A rename over a device would replace the device.
void check_target(const std::string& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) return;
  if (S_ISDIR(facts.st_mode)) throw BadInput(path, "cannot be written: it is a folder", "give a file name");
  if (!S_ISREG(facts.st_mode)) throw BadInput(path, "cannot be written: it is not a regular file", "give a file name");
}

void rename_into_place(const std::string& temporary, const std::string& path) {
  const bool is_renamed = std::rename(temporary.c_str(), path.c_str()) == 0;
  const int reason = errno;
  forget_partial_file(temporary);
  if (!is_renamed) {
    unlink(temporary.c_str());
    errno = reason;
    refuse(path);
  }
  sync_folder_of(path);  // the rename itself must reach the disk too
}

}  // namespace

std::string name_beside(const std::string& path) {
  static std::atomic<uint64_t> made{0};
  struct stat facts {};
  while (true) {
    std::string name = fmt::format("{}.partial-{}-{}", behind_links(path), getpid(), made++);
    if (lstat(name.c_str(), &facts) != 0) return name;
  }
}

void move_into_place(const std::string& temporary, const std::string& path) {
  check_target(path);
  const int descriptor = open(temporary.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const int reason = errno;
  if (descriptor >= 0) close(descriptor);
  if (!synced) {
    unlink(temporary.c_str());
    errno = reason;
    refuse(path);
  }
  rename_into_place(temporary, behind_links(path));
}

void sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int descriptor = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

AtomicFile::AtomicFile(const std::string& path) : path_(behind_links(path)) {
  check_target(path);
  do {
    temporary_ = name_beside(path_);
    note_partial_file(temporary_);
    descriptor_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (const int reason = errno; descriptor_ < 0) {
      forget_partial_file(temporary_);
      errno = reason;
    }
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) refuse(path_);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(temporary_.c_str());
  forget_partial_file(temporary_);
}

void AtomicFile::write(std::string_view bytes) {
  buffer_.append(bytes);
  if (buffer_.size() >= buffer_bytes) flush();
}

void AtomicFile::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t done = ::write(descriptor_, rest.data(), rest.size());
    if (done < 0 && errno != EINTR) refuse(path_);
    if (done > 0) rest.remove_prefix(static_cast<size_t>(done));
  }
  buffer_.clear();
}

void AtomicFile::finish() {
  flush();
  if (fsync(descriptor_) != 0) refuse(path_);
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (close(descriptor) != 0) {
    const int reason = errno;
    unlink(temporary_.c_str());
    errno = reason;
    refuse(path_);
  }
  rename_into_place(temporary_, path_);
}

void write_file(const std::string& path, std::string_view bytes) {
  const auto sink = open_sink(path);
  sink->write(bytes);
  sink->finish();
}

}  // namespace sparsio
