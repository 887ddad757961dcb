#include "format/shared/matrix_market.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "disk/text_reader.hpp"
#include "format/shared/row_reader.hpp"

namespace sparsio {
namespace {

constexpr std::string_view remedy = "a Matrix Market file begins '%%MatrixMarket matrix coordinate real general'";

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// The next word of the line, without the blanks around it; "" at the end.
std::string_view next_word(std::string_view& line) {
  size_t begin = 0;
  while (begin < line.size() && is_blank(line[begin])) ++begin;
  size_t end = begin;
  while (end < line.size() && !is_blank(line[end])) ++end;
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

std::string lower(std::string_view word) {
  std::string text(word);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void read_header(TextReader& text, MatrixEntries& matrix, MatrixFormats formats) {
  std::string_view line;
  if (!text.next(line)) throw BadInput(text.path(), "the file is empty", std::string(remedy));
  if (lower(next_word(line)) != "%%matrixmarket" || lower(next_word(line)) != "matrix")
    throw BadInput(text.place(), "this is not the first line of a Matrix Market file", std::string(remedy));
  const std::string format = lower(next_word(line));
  matrix.is_array = format == "array" && formats == MatrixFormats::all;
  if (format != "coordinate" && !matrix.is_array)
    throw BadInput(text.place(), fmt::format("format {}, not coordinate", printable(format)),
                   "write the nonzeros in coordinate format; as inputs (--as inputs) an array is read");
  const std::string field = lower(next_word(line));
  if (field == "complex") throw BadInput(text.place(), "complex entries; weights are real", "write the real part");
  if (field != "real" && field != "double" && field != "integer" && field != "unsigned-integer" && field != "pattern")
    throw BadInput(text.place(), fmt::format("field {}", printable(field)),
                   "have: real double integer unsigned-integer pattern");
  matrix.is_pattern = field == "pattern";
  if (matrix.is_pattern && matrix.is_array)
    throw BadInput(text.place(), "an array that is a pattern", "a pattern is in coordinate format");
  const std::string symmetry = lower(next_word(line));
  matrix.is_skew = symmetry == "skew-symmetric";
  matrix.is_symmetric = symmetry == "symmetric" || matrix.is_skew;
  if (matrix.is_skew && matrix.is_pattern)
    throw BadInput(text.place(), "a skew-symmetric pattern: it has no signs", "write it as general");
  if (symmetry != "general" && !matrix.is_symmetric)
    throw BadInput(text.place(), fmt::format("symmetry {}", printable(symmetry)),
                   "have: general symmetric skew-symmetric");
}

uint64_t number(TextReader& text, std::string_view word, std::string_view name, uint64_t low, uint64_t high) {
  uint64_t value = 0;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (word.empty()) throw BadInput(text.place(), fmt::format("the {} is missing", name), "");
  if (error != std::errc() || stop != word.data() + word.size())
    throw BadInput(text.place(), fmt::format("{} is not a {} number", printable(word), name), "");
  if (value < low || value > high)
    throw BadInput(text.place(), fmt::format("{} {} is out of range", name, value),
                   fmt::format("give {} to {}", low, high));
  return value;
}

void nothing_more(TextReader& text, std::string_view line) {
  if (const std::string_view extra = next_word(line); !extra.empty())
    throw BadInput(text.place(), fmt::format("{} after the last field", printable(extra)), "take it out");
}

/// What stands before a comment.
std::string_view without_comment(std::string_view line) {
  return line.substr(0, line.find('%'));
}

/// How many values an array of such a shape has: all, or those of the lower triangle.
uint64_t array_entries(const MatrixEntries& matrix) {
  const uint64_t rows = matrix.rows;
  if (!matrix.is_symmetric) return rows * matrix.columns;
  return matrix.is_skew ? rows * (rows - 1) / 2 : rows * (rows + 1) / 2;
}

/// The line of sizes, behind comments and blank lines; how many entries follow.
uint64_t read_sizes(TextReader& text, MatrixEntries& matrix) {
  std::string_view line;
  while (true) {
    if (!text.next(line)) throw BadInput(text.place(), "the file ends before its line 'rows columns entries'");
    if (line == "%%sparsio layer") matrix.is_one_layer = true;
    line = without_comment(line);
    std::string_view rest = line;
    if (!next_word(rest).empty()) break;
  }
  matrix.rows = static_cast<uint32_t>(number(text, next_word(line), "row", 1, UINT32_MAX - 1));
  matrix.columns = static_cast<uint32_t>(number(text, next_word(line), "column", 1, UINT32_MAX - 1));
  const uint64_t entries = matrix.is_array ? 0 : number(text, next_word(line), "entry", 0, UINT64_MAX);
  nothing_more(text, line);
  if (matrix.is_symmetric && matrix.rows != matrix.columns)
    throw BadInput(text.place(), fmt::format("symmetric, but {} x {}", matrix.rows, matrix.columns),
                   "a symmetric matrix is square");
  return matrix.is_array ? array_entries(matrix) : entries;
}

/// As Fortran writes it too, which has a D for the exponents of its doubles.
float value_of(TextReader& text, std::string_view word) {
  const size_t exponent = word.find_first_of("dD");
  if (exponent == std::string_view::npos) return parse_float(word, "value", text.path(), text.line_number());
  std::string usual(word);
  usual[exponent] = 'e';
  return parse_float(usual, "value", text.path(), text.line_number());
}

[[noreturn]] void refuse_surplus(const TextReader& text, uint64_t entries) {
  throw BadInput(text.place(), fmt::format("an entry more than the {} of the header", entries),
                 "correct the line of sizes");
}

void read_coordinates(TextReader& text, uint64_t entries, MatrixEntries& matrix) {
  std::string_view line;
  while (text.next(line)) {
    line = without_comment(line);
    std::string_view word = next_word(line);
    if (word.empty()) continue;
    if (matrix.row.size() == entries) refuse_surplus(text, entries);
    const auto row = static_cast<uint32_t>(number(text, word, "row", 1, matrix.rows) - 1);
    const auto column = static_cast<uint32_t>(number(text, next_word(line), "column", 1, matrix.columns) - 1);
    if (matrix.is_symmetric && column > row)
      throw BadInput(text.place(),
                     fmt::format("entry {} {} lies above the diagonal of a symmetric matrix", row + 1, column + 1),
                     "give the lower triangle only");
    if (matrix.is_skew && column == row)
      throw BadInput(text.place(), fmt::format("entry {0} {0} of a skew-symmetric matrix, where it is 0", row + 1),
                     "take it out, or write the matrix as general");
    matrix.row.push_back(row);
    matrix.column.push_back(column);
    if (!matrix.is_pattern) {
      word = next_word(line);
      if (word.empty()) throw BadInput(text.place(), "the value is missing", "give 'row column value'");
      matrix.value.push_back(value_of(text, word));
    }
    nothing_more(text, line);
  }
}

void read_array(TextReader& text, uint64_t entries, MatrixEntries& matrix) {
  uint32_t row = matrix.is_skew ? 1 : 0;
  uint32_t column = 0;
  std::string_view line;
  while (text.next(line)) {
    line = without_comment(line);
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
      if (matrix.row.size() == entries) refuse_surplus(text, entries);
      matrix.row.push_back(row);
      matrix.column.push_back(column);
      matrix.value.push_back(value_of(text, word));
      if (++row < matrix.rows) continue;
      ++column;
      row = matrix.is_skew ? column + 1 : matrix.is_symmetric ? column : 0;
    }
  }
}

}  // namespace

MatrixEntries read_matrix_market(const std::string& path, MatrixFormats formats) {
  TextReader text(path);
  MatrixEntries matrix;
  read_header(text, matrix, formats);
  const uint64_t entries = read_sizes(text, matrix);
  if (matrix.is_array)
    read_array(text, entries, matrix);
  else
    read_coordinates(text, entries, matrix);
  if (matrix.row.size() != entries)
    throw BadInput(path, fmt::format("{} entries, the header says {}", matrix.row.size(), entries),
                   "the file is truncated, or its line of sizes is wrong");
  return matrix;
}

}  // namespace sparsio
