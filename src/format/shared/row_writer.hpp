// row_writer: the other way, `source<tab>target<tab>weight` lines at the speed of the disk.
// Digits go straight into a large block; the text of a number is the caller's, who formats a repeated one only once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "disk/byte_stream.hpp"

namespace sparsio {

class RowWriter {
 public:
  /// Atomic; packed by the ending of `path`.
  explicit RowWriter(const std::string& path);
  /// Behind what has been written to `sink` so far.
  explicit RowWriter(std::unique_ptr<ByteSink> sink);
  /// Indices are 0-based here and 1-based in the file.
  void write(uint32_t first, uint32_t second, std::string_view value);
  void finish();

 private:
  std::unique_ptr<ByteSink> sink_;
  std::vector<char> block_;
  char* at_;
};

/// The text of a number, made anew only when the number changes.
class NumberText {
 public:
  enum class Style {
    official,  // "%.6e", or with as many digits as it takes to be exact (at most %.9g)
    shortest,  // the fewest digits that read back as the same float
  };
  explicit NumberText(Style style) : style_(style) {}
  std::string_view of(float value);

 private:
  Style style_;
  uint32_t bits_ = 0;
  std::string text_;
};

/// The connections of a layer or network; those of target t are begin[t] .. begin[t + 1] - 1.
void write_connections(RowWriter& rows, NumberText::Style style, std::span<const uint64_t> begin,
                       std::span<const uint32_t> source, std::span<const float> weight);

}  // namespace sparsio
