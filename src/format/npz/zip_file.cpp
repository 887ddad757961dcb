#include "format/npz/zip_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "disk/gzip_stream.hpp"
#include "disk/text_reader.hpp"

namespace sparsio {
namespace {

constexpr size_t end_bytes = 22;
constexpr size_t locator_bytes = 20;
constexpr size_t wide_end_bytes = 56;
constexpr size_t entry_bytes = 46;
constexpr size_t local_bytes = 30;
constexpr uint64_t most_of_a_byte = 1032;  // what deflate can make of one
constexpr uint16_t stored = 0;
constexpr uint16_t deflated = 8;

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw BadInput(path, "cannot be read as a .npz: " + what, "write it again with numpy.savez");
}

/// Numbers of little end first within some bytes; the caller has seen that they are there.
uint64_t number(std::string_view bytes, size_t at, size_t size) {
  uint64_t value = 0;
  for (size_t k = size; k > 0; --k) value = value << 8 | static_cast<uint8_t>(bytes[at + k - 1]);
  return value;
}

/// The file, at any place in it.
class RandomFile {
 public:
  explicit RandomFile(const std::string& path) : path_(path) {
    open_packed(path);  // says what is wrong with it
    file_.open(path, std::ios::binary);
    std::error_code error;
    size_ = std::filesystem::file_size(path, error);
    if (!file_ || error) refuse(path, "it cannot be opened twice");
  }
  uint64_t size() const { return size_; }
  std::string bytes(uint64_t at, uint64_t size) {
    if (at > size_ || size > size_ - at) refuse(path_, "its directory points behind its end");
    std::string found(size, '\0');
    if (!file_.seekg(static_cast<std::streamoff>(at)) || !file_.read(found.data(), static_cast<std::streamsize>(size)))
      refuse(path_, "its bytes cannot be read");
    return found;
  }

 private:
  std::string path_;
  std::ifstream file_;
  uint64_t size_ = 0;
};

struct Directory {
  uint64_t at = 0;
  uint64_t bytes = 0;
  uint64_t entries = 0;
};

/// Behind the directory stands where it is, and a comment of up to 64 KiB.
Directory find_directory(RandomFile& file, const std::string& path) {
  const uint64_t size = file.size();
  const uint64_t tail_bytes = std::min<uint64_t>(size, end_bytes + 65535);
  const uint64_t tail_at = size - tail_bytes;
  const std::string tail = file.bytes(tail_at, tail_bytes);
  size_t end = tail.rfind("PK\5\6");
  while (end != std::string::npos &&
         (tail.size() - end < end_bytes || tail.size() - end - end_bytes != number(tail, end + 20, 2)))
    end = end == 0 ? std::string::npos : tail.rfind("PK\5\6", end - 1);
  if (end == std::string::npos) refuse(path, "it has no directory at its end, it is truncated or no zip archive");
  const Directory narrow{number(tail, end + 16, 4), number(tail, end + 12, 4), number(tail, end + 10, 2)};
  if (narrow.at != UINT32_MAX && narrow.bytes != UINT32_MAX && narrow.entries != UINT16_MAX) return narrow;
  if (tail_at + end < locator_bytes) return narrow;
  const std::string locator = file.bytes(tail_at + end - locator_bytes, locator_bytes);
  if (!locator.starts_with("PK\6\7")) return narrow;
  const std::string wide = file.bytes(number(locator, 8, 8), wide_end_bytes);
  if (!wide.starts_with("PK\6\6")) refuse(path, "its directory is not where it should be");
  return {number(wide, 48, 8), number(wide, 40, 8), number(wide, 32, 8)};
}

/// Sizes above 4 GiB stand in an extra field, in this order, those only that do not fit.
void widen(ZipMember& member, std::string_view extra, const std::string& path) {
  while (extra.size() >= 4) {
    const uint64_t id = number(extra, 0, 2);
    const uint64_t size = number(extra, 2, 2);
    extra.remove_prefix(4);
    if (size > extra.size()) break;
    std::string_view field = extra.substr(0, size);
    extra.remove_prefix(size);
    if (id != 1) continue;
    for (uint64_t* value : {&member.bytes, &member.packed_bytes, &member.header_at}) {
      if (*value != UINT32_MAX) continue;
      if (field.size() < 8) refuse(path, "a member's size is missing");
      *value = number(field, 0, 8);
      field.remove_prefix(8);
    }
    return;
  }
}

void check(const ZipMember& member, uint64_t flags, uint64_t file_bytes, const std::string& path) {
  if (flags & 1) refuse(path, printable(member.name) + " is encrypted");
  if (member.method != stored && member.method != deflated)
    refuse(path, fmt::format("{} is packed in a way (method {}) that numpy does not write", printable(member.name),
                             member.method));
  const bool is_possible = member.method == stored ? member.bytes == member.packed_bytes
                                                   : member.bytes / most_of_a_byte <= member.packed_bytes;
  if (member.packed_bytes > file_bytes || !is_possible)
    refuse(path,
           fmt::format("{} says it has {} bytes of {}", printable(member.name), member.bytes, member.packed_bytes));
}

/// A part of a file. Its checksum is looked at behind its last byte, if there is one to look at.
class Slice final : public ByteStream {
 public:
  Slice(const std::string& path, uint64_t at, const ZipMember& member)
      : path_(path),
        file_(path, std::ios::binary),
        left_(member.packed_bytes),
        checksum_(member.checksum),
        is_checked_(member.method == stored) {
    file_.seekg(static_cast<std::streamoff>(at));
  }
  size_t read(char* to, size_t size) override {
    const auto wanted = static_cast<std::streamsize>(std::min<uint64_t>(size, left_));
    if (wanted > 0 && !file_.read(to, wanted)) refuse(path_, "its bytes cannot be read");
    left_ -= static_cast<uint64_t>(wanted);
    if (is_checked_) {
      found_ = crc32_of(found_, {to, static_cast<size_t>(wanted)});
      if (wanted == 0 && found_ != checksum_)
        throw BadInput(path_, "damaged: its bytes are not those that were written", "fetch or write it again");
    }
    return static_cast<size_t>(wanted);
  }

 private:
  std::string path_;
  std::ifstream file_;
  uint64_t left_;
  uint32_t checksum_;
  uint32_t found_ = 0;
  bool is_checked_;
};

/// Deflated bytes as gzip data.
class InGzipClothes final : public ByteStream {
 public:
  InGzipClothes(std::unique_ptr<ByteStream> packed, const ZipMember& member)
      : packed_(std::move(packed)), before_("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10) {
    for (const uint64_t part : {uint64_t{member.checksum}, member.bytes})
      for (int shift = 0; shift < 32; shift += 8) behind_ += static_cast<char>(part >> shift & 255);
  }
  size_t read(char* to, size_t size) override {
    if (!before_.empty()) return take(before_, to, size);
    const size_t got = packed_->read(to, size);
    return got > 0 ? got : take(behind_, to, size);
  }

 private:
  static size_t take(std::string& from, char* to, size_t size) {
    const size_t got = from.copy(to, size);
    from.erase(0, got);
    return got;
  }

  std::unique_ptr<ByteStream> packed_;
  std::string before_;
  std::string behind_;
};

}  // namespace

std::vector<ZipMember> list_zip(const std::string& path) {
  RandomFile file(path);
  const Directory directory = find_directory(file, path);
  const std::string text = file.bytes(directory.at, directory.bytes);
  std::string_view rest = text;
  std::vector<ZipMember> members;
  for (uint64_t k = 0; k < directory.entries; ++k) {
    if (rest.size() < entry_bytes || !rest.starts_with("PK\1\2")) refuse(path, "its directory is damaged");
    ZipMember member;
    member.method = static_cast<uint16_t>(number(rest, 10, 2));
    member.checksum = static_cast<uint32_t>(number(rest, 16, 4));
    member.packed_bytes = number(rest, 20, 4);
    member.bytes = number(rest, 24, 4);
    member.header_at = number(rest, 42, 4);
    const uint64_t flags = number(rest, 8, 2);
    const uint64_t name = number(rest, 28, 2);
    const uint64_t extra = number(rest, 30, 2);
    const uint64_t comment = number(rest, 32, 2);
    if (rest.size() < entry_bytes + name + extra + comment) refuse(path, "its directory is damaged");
    member.name = rest.substr(entry_bytes, name);
    widen(member, rest.substr(entry_bytes + name, extra), path);
    check(member, flags, file.size(), path);
    members.push_back(std::move(member));
    rest.remove_prefix(entry_bytes + name + extra + comment);
  }
  return members;
}

std::unique_ptr<ByteStream> open_zip_member(const std::string& path, const ZipMember& member) {
  RandomFile file(path);
  const std::string local = file.bytes(member.header_at, local_bytes);
  if (!local.starts_with("PK\3\4")) refuse(path, printable(member.name) + " is not where the directory says");
  // The header of its own may have another extra field than the directory.
  const uint64_t begin = member.header_at + local_bytes + number(local, 26, 2) + number(local, 28, 2);
  if (begin > file.size() || member.packed_bytes > file.size() - begin)
    refuse(path, printable(member.name) + " ends behind the file");
  auto slice = std::make_unique<Slice>(path, begin, member);
  if (member.method == stored) return slice;
  return gunzip(std::make_unique<InGzipClothes>(std::move(slice), member), path);
}

}  // namespace sparsio
