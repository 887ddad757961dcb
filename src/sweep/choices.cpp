#include "sweep/choices.hpp"

#include <fmt/format.h>

#include <sstream>

#include "record/table.hpp"

namespace sparsio {
namespace {

bool is_made_from_any(const Column& column, const std::set<std::string, std::less<>>& keys) {
  std::istringstream names(column.chosen_from);
  for (std::string name; names >> name;)
    if (keys.find(name) != keys.end()) return true;
  return false;
}

}  // namespace

std::vector<std::string> other_choices(const Record& a, const Record& b,
                                       const std::set<std::string, std::less<>>& told_apart) {
  std::vector<std::string> differing;
  for (size_t place = 0; place < a.schema().size(); ++place) {
    const Column& column = a.schema()[place];
    if (column.chosen_from.empty() || is_made_from_any(column, told_apart)) continue;
    const Cell unknown = absent_cell(column);
    const Cell& first = a.cells()[place];
    const Cell* second = b.find(column.name, place);
    if (second == nullptr || same_cell(first, unknown) || same_cell(*second, unknown)) continue;
    if (!same_cell(first, *second)) differing.push_back(column.name);
  }
  return differing;
}

std::string choices_text(const Record& row, const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) text += fmt::format(" {}={}", column, cell_text(row.cell(column)));
  return text;
}

}  // namespace sparsio
