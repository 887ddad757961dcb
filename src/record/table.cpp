#include "record/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ostream>

#include "base/utf8.hpp"
#include "record/json.hpp"

namespace sparsio {
namespace {

/// "44 524": digits by threes.
bool is_grouped(std::string_view text) {
  const size_t first = text.find(' ');
  for (size_t at = 0; at < text.size(); ++at) {
    const bool is_gap = at >= first && (at - first) % 4 == 0;
    if (is_gap ? text[at] != ' ' : text[at] < '0' || text[at] > '9') return false;
  }
  return first > 0 && first < 4 && (text.size() - first) % 4 == 0;
}

bool is_number(std::string_view text) {
  if (text.empty() || text == "-" || is_grouped(text)) return true;
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stop == text.data() + text.size();
}

std::string csv_quoted(const std::string& text) {
  const bool is_padded = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  if (!is_padded && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char byte : text) quoted.append(byte == '"' ? 2 : 1, byte);
  return quoted + "\"";
}

}  // namespace

std::string text_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> width;
  std::vector<bool> is_right;
  for (size_t column = 0; column < header.size(); ++column) {
    size_t widest = character_count(header[column]);
    bool is_numeric = !rows.empty();
    for (const auto& row : rows) {
      widest = std::max(widest, character_count(row.at(column)));
      is_numeric = is_numeric && is_number(row[column]);
    }
    width.push_back(widest);
    is_right.push_back(is_numeric);
  }
  std::string text;
  const auto append = [&](const std::vector<std::string>& row) {
    std::string line;
    for (size_t column = 0; column < header.size(); ++column) {
      const std::string space(width[column] - character_count(row[column]), ' ');
      if (column > 0) line += "  ";
      line += is_right[column] ? space + row[column] : row[column] + space;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  append(header);
  for (const auto& row : rows) append(row);
  return text;
}

std::string cell_text(const Cell& cell) {
  return std::visit([](const auto& value) { return fmt::format("{}", value); }, cell);
}

void export_csv(const Schema& schema, const std::vector<Record>& runs, std::ostream& out) {
  const auto separator = [&](size_t column) { return column + 1 < schema.size() ? "," : "\n"; };
  for (size_t column = 0; column < schema.size(); ++column) out << csv_quoted(schema[column].name) << separator(column);
  for (const Record& run : runs)
    for (size_t column = 0; column < schema.size(); ++column) {
      const Cell* cell = run.find(schema[column].name, column);
      out << csv_quoted(cell_text(cell != nullptr ? *cell : absent_cell(schema[column]))) << separator(column);
    }
}

void export_json(const std::vector<Record>& runs, std::ostream& out) {
  out << "[";
  for (size_t row = 0; row < runs.size(); ++row) out << (row > 0 ? ",\n " : "\n ") << record_to_json(runs[row]);
  out << "\n]\n";
}

}  // namespace sparsio
