// row_reader: lines of two indices and a number, `source target weight` or `image pixel value`.
// Fields stand apart by tabs or spaces, blank lines say nothing. Indices are 1-based in files and 0-based from here on.
// Weights repeat in these files, so the text of the last number is kept and an equal text is not parsed again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "disk/text_reader.hpp"

namespace sparsio {

struct Row {
  uint32_t first;   // 0-based
  uint32_t second;  // 0-based
  float value;
};

/// What the fields are called in messages, and the largest index (1-based) that each may be.
struct RowShape {
  std::string_view first;
  std::string_view second;
  std::string_view value;
  uint32_t first_limit;
  uint32_t second_limit;
};

class RowReader {
 public:
  RowReader(const std::string& path, const RowShape& shape);

  /// The next row; false after the last. BadInput at the line: a missing or extra field, an index that is 0, above its
  /// limit or not a number, a number that is not finite.
  bool next(Row& row);

  const TextReader& text() const { return text_; }

 private:
  uint32_t index(const char*& at, const char* end, std::string_view name, uint32_t limit);
  void separator(const char*& at, const char* end, std::string_view before, std::string_view after);
  float number(const char* at, const char* end);
  [[noreturn]] void refuse_index(std::string_view field, std::string_view name, uint32_t limit);
  std::string shape_text() const;

  TextReader text_;
  RowShape shape_;
  std::string last_text_;
  float last_value_ = 0;
};

/// The line of row `row` (from 0), for messages: the file is read again.
uint64_t line_of_row(const std::string& path, uint64_t row);

/// The text of a finite number that fits a float, 0 where it is too small for one; BadInput at `place` otherwise.
/// `name` says what it is.
float parse_float(std::string_view text, std::string_view name, const std::string& place);
/// The same at "path:line", which is put together only for a message.
float parse_float(std::string_view text, std::string_view name, const std::string& path, uint64_t line_number);

}  // namespace sparsio
