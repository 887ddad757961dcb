#include "record/fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "record/table.hpp"

namespace sparsio {
namespace {

struct Printer {
  std::string operator()(bool truth) const { return truth ? "yes" : "no"; }
  std::string operator()(int64_t integer) const { return fmt::format("{}", integer); }
  std::string operator()(uint64_t integer) const { return fmt::format("{}", integer); }
  std::string operator()(double real) const { return fmt::format("{:.6g}", real); }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const std::vector<uint64_t>& integers) const {
    return fmt::format("{}", fmt::join(integers, " "));
  }
  std::string operator()(const std::vector<double>& reals) const {
    return fmt::format("{:.6g}", fmt::join(reals, " "));
  }
  std::string operator()(const std::vector<std::string>& texts) const {
    return fmt::format("{}", fmt::join(texts, " "));
  }
  // A list of things inside a cell of a table.
  std::string operator()(const std::vector<Fields>& things) const { return fmt::format("({})", things.size()); }
};

// The columns are all names that occur, in the order of their first occurrence; what a thing lacks stays empty.
std::string table_of(const std::vector<Fields>& things) {
  std::vector<std::string> header;
  for (const Fields& thing : things)
    for (const auto& [name, value] : thing)
      if (std::find(header.begin(), header.end(), name) == header.end()) header.push_back(name);
  std::vector<std::vector<std::string>> rows;
  for (const Fields& thing : things) {
    std::vector<std::string>& row = rows.emplace_back(header.size());
    for (const auto& [name, value] : thing)
      row[static_cast<size_t>(std::find(header.begin(), header.end(), name) - header.begin())] =
          std::visit(Printer(), value.value);
  }
  return text_table(header, rows);
}

}  // namespace

std::string to_text(const Fields& fields) {
  size_t width = 0;
  for (const auto& [name, value] : fields) width = std::max(width, character_count(name));
  std::string text;
  for (const auto& [name, value] : fields) {
    if (const auto* things = std::get_if<std::vector<Fields>>(&value.value)) {
      text += name + "\n" + table_of(*things);
      continue;
    }
    const std::string printed = std::visit(Printer(), value.value);
    text += name;
    if (!printed.empty()) text += std::string(width - character_count(name) + 2, ' ') + printed;
    text += "\n";
  }
  return text;
}

}  // namespace sparsio
