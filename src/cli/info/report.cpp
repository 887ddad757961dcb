#include "cli/info/report.hpp"

#include <fmt/format.h>

#include "base/grouped.hpp"
#include "base/utf8.hpp"
#include "record/table.hpp"

namespace sparsio {
namespace {

constexpr size_t columns = 100;
constexpr size_t name_columns = 14;

/// `first`, then the words; what does not fit goes on in lines that begin with as many blanks.
std::string wrapped(std::string first, std::string_view words) {
  const size_t indent = character_count(first);
  std::string text;
  std::string line = std::move(first);
  bool is_empty = true;  // nothing of the words is in the line
  for (size_t begin = 0; begin <= words.size();) {
    const size_t end = std::min(words.find(' ', begin), words.size());
    const std::string word(words.substr(begin, end - begin));
    if (!is_empty && character_count(line) + 1 + character_count(word) > columns) {
      text += line + "\n";
      line = std::string(indent, ' ');
      is_empty = true;
    }
    if (!is_empty) line += ' ';
    line += word;
    is_empty = false;
    begin = end + 1;
  }
  return text + line + "\n";
}

}  // namespace

void Report::line(std::string_view name, std::string_view what) {
  text += wrapped(fmt::format("{:<{}} ", name, name_columns), what);
}

void Report::note(std::string_view words) {
  text += wrapped("", words);
}

void Report::table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  text += '\n';
  text += text_table(header, rows);
}

void Report::next(const std::vector<std::string>& commands) {
  text += "\nnext\n";
  for (const std::string& command : commands) text += fmt::format("  {}\n", command);
  fields.emplace_back("next", commands);
}

std::string counted(const std::vector<std::pair<std::string, uint64_t>>& things, size_t most) {
  std::string text;
  for (size_t k = 0; k < std::min(things.size(), most); ++k)
    text += fmt::format("{}{} {}", k == 0 ? "" : ", ", grouped(things[k].second), things[k].first);
  if (things.size() > most) text += fmt::format(", and {} more", things.size() - most);
  return text;
}

std::string density_text(double density) {
  return density == 0 || density >= 0.0995 ? fmt::format("{:.2f}", density) : fmt::format("{:.2g}", density);
}

}  // namespace sparsio
