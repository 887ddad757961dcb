// byte_stream: bytes from and to disk, packed or not, as one interface.
// A stream is pulled in large blocks and unpacks on the way; memory stays bounded whatever the file says about itself.
// Which packing: the ending says it (.gz, .xz). Text without such an ending is also recognized by its first bytes,
// which no text can begin with; raw bits can, so for those the ending alone counts.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace sparsio {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Up to `size` > 0 bytes into `to`; 0 only at the end. BadInput naming the file: unreadable, truncated, corrupt.
  virtual size_t read(char* to, size_t size) = 0;
};

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual void write(std::string_view bytes) = 0;
  /// Everything is on disk under its name once this returns; without it nothing is.
  virtual void finish() = 0;
};

/// A regular file as it is on disk. BadInput: missing, a folder, a device, not readable.
std::unique_ptr<ByteStream> open_packed(const std::string& path);

/// A regular file, unpacked by its ending.
std::unique_ptr<ByteStream> open_bytes(const std::string& path);

/// The same; a file without a packed ending is unpacked all the same if it begins as gzip or xz data do.
std::unique_ptr<ByteStream> open_text(const std::string& path);

/// Written beside and renamed by finish() (atomic_file), packed by its ending.
std::unique_ptr<ByteSink> open_sink(const std::string& path);

/// What errno says, as text.
std::string errno_text();

}  // namespace sparsio
