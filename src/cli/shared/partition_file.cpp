#include "cli/shared/partition_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.hpp"
#include "disk/text_reader.hpp"

namespace sparsio {
namespace {

constexpr std::string_view header = "level\tneuron\tpart";

std::array<uint32_t, 3> numbers_of(std::string_view line, const std::string& place) {
  std::array<uint32_t, 3> numbers{};
  const char* at = line.data();
  const char* const end = at + line.size();
  for (size_t k = 0; k < numbers.size(); ++k) {
    const auto [stop, error] = std::from_chars(at, end, numbers[k]);
    const bool is_followed = k + 1 < numbers.size() ? stop != end && *stop == '\t' : stop == end;
    if (error != std::errc() || !is_followed)
      throw BadInput(place, fmt::format("{} is not level, neuron and part apart by tabs", printable(line)),
                     "give a file of sparsio partition --out");
    at = stop + 1;
  }
  return numbers;
}

}  // namespace

void write_partition(const Partition& made, ByteSink& file) {
  file.write(fmt::format("{}\n", header));
  std::string lines;
  for (size_t level = 0; level < made.owner.size(); ++level) {
    lines.clear();
    for (size_t v = 0; v < made.owner[level].size(); ++v)
      fmt::format_to(std::back_inserter(lines), "{}\t{}\t{}\n", level, v, made.owner[level][v]);
    file.write(lines);
  }
  file.finish();
}

bool is_partition(const std::string& path) {
  try {
    TextReader text(path);
    std::string_view line;
    return text.next(line) && line == header;
  } catch (const BadInput&) {
    return false;
  }
}

Partition read_partition(const std::string& path) {
  TextReader text(path);
  std::string_view line;
  Partition read;
  if (!text.next(line) || line != header)
    throw BadInput(path, fmt::format("does not begin with {}", printable(header)),
                   "give a file of sparsio partition --out");
  while (text.next(line)) {
    const auto [level, neuron, part] = numbers_of(line, text.place());
    if (neuron == 0 && level == read.owner.size()) read.owner.emplace_back();
    if (level + 1 != read.owner.size() || neuron != read.owner.back().size())
      throw BadInput(text.place(), fmt::format("neuron {} of level {} is not the next one", neuron, level),
                     "give the file as sparsio partition --out wrote it");
    read.owner.back().push_back(part);
    read.parts = std::max(read.parts, part + 1);
  }
  if (read.owner.empty()) throw BadInput(path, "names no neuron", "give the file as sparsio partition --out wrote it");
  return read;
}

}  // namespace sparsio
