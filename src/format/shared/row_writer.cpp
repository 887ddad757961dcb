#include "format/shared/row_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <stdexcept>

namespace sparsio {
namespace {

constexpr size_t block_bytes = size_t{1} << 18;
constexpr size_t longest_number = 48;
constexpr size_t longest_row = 2 * 11 + longest_number + 1;

/// 0-based to 1-based; what the largest uint32 needs is 10 digits.
char* put_index(char* at, uint32_t index) {
  at = std::to_chars(at, at + 10, uint64_t{index} + 1).ptr;
  *at++ = '\t';
  return at;
}

float read_back(const std::string& text) {
  float value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

RowWriter::RowWriter(const std::string& path) : RowWriter(open_sink(path)) {}

RowWriter::RowWriter(std::unique_ptr<ByteSink> sink)
    : sink_(std::move(sink)), block_(block_bytes), at_(block_.data()) {}

void RowWriter::write(uint32_t first, uint32_t second, std::string_view value) {
  if (value.size() > longest_number) throw std::logic_error("a number of more than 48 characters");
  if (block_.data() + block_.size() - at_ < static_cast<std::ptrdiff_t>(longest_row)) {
    sink_->write({block_.data(), static_cast<size_t>(at_ - block_.data())});
    at_ = block_.data();
  }
  at_ = put_index(put_index(at_, first), second);
  at_ = std::copy(value.begin(), value.end(), at_);
  *at_++ = '\n';
}

void RowWriter::finish() {
  sink_->write({block_.data(), static_cast<size_t>(at_ - block_.data())});
  at_ = block_.data();
  sink_->finish();
}

std::string_view NumberText::of(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  if (bits == bits_ && !text_.empty()) return text_;
  bits_ = bits;
  if (style_ == Style::shortest) {
    text_ = fmt::format("{}", value);
  } else {
    text_ = fmt::format("{:.6e}", value);
    if (std::bit_cast<uint32_t>(read_back(text_)) != bits) text_ = fmt::format("{:.9g}", value);
  }
  return text_;
}

void write_connections(RowWriter& rows, NumberText::Style style, std::span<const uint64_t> begin,
                       std::span<const uint32_t> source, std::span<const float> weight) {
  NumberText text(style);
  for (uint32_t t = 0; t + size_t{1} < begin.size(); ++t)
    for (uint64_t k = begin[t]; k < begin[t + size_t{1}]; ++k) rows.write(source[k], t, text.of(weight[k]));
}

}  // namespace sparsio
