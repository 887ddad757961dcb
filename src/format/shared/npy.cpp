#include "format/shared/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "format/shared/npy_header.hpp"

namespace sparsio {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr size_t block_values = size_t{1} << 13;
constexpr uint64_t longest_header = uint64_t{1} << 20;

uint64_t size_of(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : size;  // opening it has said what is wrong, or says so next
}

}  // namespace

NpyReader::NpyReader(const std::string& path) : NpyReader(open_packed(path), size_of(path), path) {}

NpyReader::NpyReader(std::unique_ptr<ByteStream> stream, uint64_t size, std::string place)
    : place_(std::move(place)), stream_(std::move(stream)) {
  read_header(size);
  left_ = header_.values;
  block_.resize(block_values * header_.value_bytes);
}

void NpyReader::take(char* to, size_t bytes) {
  while (bytes > 0) {
    const size_t got = stream_->read(to, bytes);
    if (got == 0) throw BadInput(place_, "ends too early: it is truncated", "fetch or write it again");
    to += got;
    bytes -= got;
  }
}

void NpyReader::read_header(uint64_t size) {
  std::string start(std::min<uint64_t>(size, magic.size()), '\0');
  take(start.data(), start.size());
  if (start != magic) {
    const bool is_zip = start.starts_with("PK\x03\x04");
    throw BadInput(place_, is_zip ? "is a .npz, an archive of arrays" : "does not begin as a .npy does",
                   is_zip ? "let its name end in .npz" : "write it with numpy.save");
  }
  // Version 1 has 2 bytes of length, 2 and 3 have 4.
  std::array<unsigned char, 6> bytes{};
  take(reinterpret_cast<char*>(bytes.data()), 2);
  const unsigned version = bytes[0];
  if (version < 1 || version > 3 || bytes[1] != 0)
    throw BadInput(place_, fmt::format("version {}.{} of .npy", version, bytes[1]),
                   "1.0, 2.0 and 3.0 are read: write it with numpy.save");
  const size_t length_bytes = version == 1 ? 2 : 4;
  take(reinterpret_cast<char*>(bytes.data()) + 2, length_bytes);
  uint64_t length = 0;
  for (size_t k = length_bytes; k > 0; --k) length = length << 8 | bytes[1 + k];
  header_.first_byte = magic.size() + 2 + length_bytes + length;
  if (length > longest_header || header_.first_byte > size)
    throw BadInput(place_, fmt::format("a header of {} bytes in a file of {}", length, size),
                   "it is truncated or damaged, fetch or write it again");
  std::string text(length, '\0');
  take(text.data(), text.size());
  const uint64_t first_byte = header_.first_byte;
  header_ = parse_npy_header(text, place_);
  header_.first_byte = first_byte;
  const uint64_t wanted = header_.values * header_.value_bytes;
  const uint64_t found = size - first_byte;
  if (found < wanted)
    throw BadInput(place_,
                   fmt::format("{} values of {} are {} bytes, there are {}: it is truncated", shape_text(header_.shape),
                               header_.type, wanted, found),
                   "fetch or write it again");
  if (found > wanted)
    throw BadInput(
        place_,
        fmt::format("{} bytes after the {} values of {}", found - wanted, shape_text(header_.shape), header_.type),
        "save one array a file");
}

size_t NpyReader::next(std::span<double> values) {
  const size_t count = std::min({values.size(), left_, block_values});
  take(block_.data(), count * header_.value_bytes);
  decode_npy(header_, block_.data(), count, values.data());
  left_ -= count;
  if (left_ == 0 && !is_at_end_) {
    char more = 0;
    if (stream_->read(&more, 1) != 0) throw BadInput(place_, "has more bytes than it says", "write it again");
    is_at_end_ = true;
  }
  return count;
}

std::string shape_text(std::span<const uint64_t> shape) {
  return shape.empty() ? "a single number" : fmt::format("{}", fmt::join(shape, " x "));
}

std::string npy_header(std::string_view type, uint64_t rows, uint64_t columns, size_t alignment) {
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}, {}), }}", type, rows, columns);
  const size_t before = magic.size() + 4;
  text.append((alignment - (before + text.size() + 1) % alignment) % alignment, ' ');
  text += '\n';
  return fmt::format("{}{}{}{}", magic, std::string_view("\x01\x00", 2), static_cast<char>(text.size() & 0xFF),
                     static_cast<char>(text.size() >> 8)) +
         text;
}

}  // namespace sparsio
