#include "format/shared/categories.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"
#include "disk/text_reader.hpp"

namespace sparsio {

std::vector<uint32_t> read_categories(const std::string& path) {
  TextReader text(path);
  std::vector<uint32_t> categories;
  std::string_view line;
  while (text.next(line)) {
    const size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos) continue;
    line = line.substr(first, line.find_last_not_of(" \t") + 1 - first);
    uint32_t number = 0;
    const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (error != std::errc() || stop != line.data() + line.size() || number == 0)
      throw BadInput(text.place(), printable(line) + " is not an input number", "give one 1-based number a line");
    if (!categories.empty() && number <= categories.back())
      throw BadInput(text.place(), fmt::format("{} comes after {}", number, categories.back()),
                     "give the numbers in ascending order, each once");
    categories.push_back(number);
  }
  return categories;
}

}  // namespace sparsio
