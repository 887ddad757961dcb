#include "format/shared/row_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/error.hpp"

namespace sparsio {
namespace {

bool is_separator(char c) {
  return c == '\t' || c == ' ';
}

/// The line without the blanks around it.
std::string_view trimmed(std::string_view line) {
  while (!line.empty() && is_separator(line.front())) line.remove_prefix(1);
  while (!line.empty() && is_separator(line.back())) line.remove_suffix(1);
  return line;
}

std::string_view field_at(const char* at, const char* end) {
  return {at, static_cast<size_t>(std::find_if(at, end, is_separator) - at)};
}

bool reads_finite(std::string_view text, float& value) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (stop != text.data() + text.size()) return false;
  if (error == std::errc()) return std::isfinite(value);
  // Out of range is too large or too small, and too small is 0 as a float.
  value = std::strtof(std::string(text).c_str(), nullptr);
  return error == std::errc::result_out_of_range && std::abs(value) < 1;
}

[[noreturn]] void refuse_float(std::string_view text, std::string_view name, const std::string& place) {
  float value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range && stop == text.data() + text.size())
    throw BadInput(place, fmt::format("the {} {} does not fit a 32-bit float", name, printable(text)), "scale it");
  throw BadInput(place, fmt::format("the {} {} is not a finite number", name, printable(text)), "give one like 0.0625");
}

}  // namespace

RowReader::RowReader(const std::string& path, const RowShape& shape) : text_(path), shape_(shape) {}

bool RowReader::next(Row& row) {
  std::string_view line;
  do {
    if (!text_.next(line)) return false;
    line = trimmed(line);
  } while (line.empty());
  const char* at = line.data();
  const char* end = at + line.size();
  row.first = index(at, end, shape_.first, shape_.first_limit);
  separator(at, end, shape_.first, shape_.second);
  row.second = index(at, end, shape_.second, shape_.second_limit);
  separator(at, end, shape_.second, shape_.value);
  const std::string_view rest(at, static_cast<size_t>(end - at));
  if (rest != last_text_) {
    last_value_ = number(at, end);
    last_text_ = rest;
  }
  row.value = last_value_;
  return true;
}

uint32_t RowReader::index(const char*& at, const char* end, std::string_view name, uint32_t limit) {
  uint64_t value = 0;
  const auto [stop, error] = std::from_chars(at, end, value);
  if (error != std::errc() || value == 0 || value > limit || (stop != end && !is_separator(*stop)))
    refuse_index(field_at(at, end), name, limit);
  at = stop;
  return static_cast<uint32_t>(value - 1);
}

void RowReader::refuse_index(std::string_view field, std::string_view name, uint32_t limit) {
  if (field.empty()) throw BadInput(text_.place(), fmt::format("the {} is missing", name), "a line is " + shape_text());
  const bool digits = field.find_first_not_of("0123456789") == std::string_view::npos;
  if (!digits)
    throw BadInput(text_.place(), fmt::format("{} is not a {} number", printable(field), name),
                   "a line is " + shape_text());
  throw BadInput(text_.place(), fmt::format("{} {} is out of range", name, field.substr(0, 40)),
                 fmt::format("give 1 to {}", limit));
}

void RowReader::separator(const char*& at, const char* end, std::string_view before, std::string_view after) {
  if (at == end)
    throw BadInput(text_.place(), fmt::format("the line ends after the {}, the {} is missing", before, after),
                   "a line is " + shape_text());
  while (is_separator(*at)) ++at;  // index() has seen that one is there, and no line ends in one
}

float RowReader::number(const char* at, const char* end) {
  const std::string_view field = field_at(at, end);
  if (field.empty())
    throw BadInput(text_.place(), fmt::format("the {} is missing", shape_.value), "a line is " + shape_text());
  if (field.data() + field.size() != end)
    throw BadInput(
        text_.place(),
        fmt::format("{} after the {}",
                    printable({field.data() + field.size(), static_cast<size_t>(end - field.data()) - field.size()}),
                    shape_.value),
        "a line is " + shape_text());
  return parse_float(field, shape_.value, text_.path(), text_.line_number());
}

std::string RowReader::shape_text() const {
  return fmt::format("'{} {} {}' with tabs or spaces between", shape_.first, shape_.second, shape_.value);
}

uint64_t line_of_row(const std::string& path, uint64_t row) {
  TextReader text(path);
  std::string_view line;
  for (uint64_t rows = 0; rows <= row && text.next(line);) rows += trimmed(line).empty() ? 0 : 1;
  return text.line_number();
}

float parse_float(std::string_view text, std::string_view name, const std::string& place) {
  float value = 0;
  if (reads_finite(text, value)) return value;
  refuse_float(text, name, place);
}

float parse_float(std::string_view text, std::string_view name, const std::string& path, uint64_t line_number) {
  float value = 0;
  if (reads_finite(text, value)) return value;
  refuse_float(text, name, line_place(path, line_number));
}

}  // namespace sparsio
