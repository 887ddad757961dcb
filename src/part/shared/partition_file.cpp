#include "part/shared/partition_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

#include "base/error.hpp"
#include "disk/digest.hpp"
#include "disk/text_reader.hpp"

namespace sparsio {
namespace {

constexpr std::string_view header = "level\tneuron\tpart";
constexpr std::string_view of_network = "# network ";
constexpr std::string_view of_parts = " parts ";
constexpr size_t digits = 32;

template <class Type>
std::string digest_of(std::span<const Type> numbers) {
  return digest({reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()});
}

/// Of what the partition is: `# network DIGEST parts P`.
void read_what_it_is_of(std::string_view line, const std::string& place, FiledPartition& read) {
  const size_t begin = of_network.size() + digits + of_parts.size();
  uint32_t parts = 0;
  const bool is_long = line.size() > begin && line.substr(of_network.size() + digits, of_parts.size()) == of_parts;
  const char* const end = line.data() + line.size();
  const auto [stop, error] = is_long ? std::from_chars(line.data() + begin, end, parts)
                                     : std::from_chars_result{line.data(), std::errc::invalid_argument};
  if (error != std::errc() || stop != end || parts == 0)
    throw BadInput(place, fmt::format("{} is not of a network of so many parts", printable(line)),
                   "give the file as sparsio partition --out wrote it");
  read.network = line.substr(of_network.size(), digits);
  read.partition.parts = parts;
}

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

std::string content_of(LayerSource& network) {
  std::string all = digest_of(std::span(network.widths()));
  Layer layer;
  network.restart();
  while (network.next(layer)) {
    all += digest_of(std::span<const uint64_t>(layer.begin)) + digest_of(std::span<const uint32_t>(layer.source)) +
           digest_of(std::span<const float>(layer.weight)) + digest_of(std::span<const float>(layer.bias));
    all += fmt::format("{} {} {}", static_cast<int>(layer.activation.kind), layer.activation.slope,
                       layer.activation.shift);
  }
  return digest(all);
}

void write_partition(const FiledPartition& made, ByteSink& file) {
  file.write(fmt::format("{}\n", header));
  if (!made.network.empty())
    file.write(fmt::format("{}{}{}{}\n", of_network, made.network, of_parts, made.partition.parts));
  std::string lines;
  const auto& owner = made.partition.owner;
  for (size_t level = 0; level < owner.size(); ++level) {
    lines.clear();
    for (size_t v = 0; v < owner[level].size(); ++v)
      fmt::format_to(std::back_inserter(lines), "{}\t{}\t{}\n", level, v, owner[level][v]);
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

FiledPartition read_partition(const std::string& path) {
  TextReader text(path);
  std::string_view line;
  FiledPartition read;
  Partition& made = read.partition;
  if (!text.next(line) || line != header)
    throw BadInput(path, fmt::format("does not begin with {}", printable(header)),
                   "give a file of sparsio partition --out");
  uint32_t parts = 0;
  while (text.next(line)) {
    if (text.line_number() == 2 && line.starts_with(of_network)) {
      read_what_it_is_of(line, text.place(), read);
      continue;
    }
    const auto [level, neuron, part] = numbers_of(line, text.place());
    if (neuron == 0 && level == made.owner.size()) made.owner.emplace_back();
    if (level + 1 != made.owner.size() || neuron != made.owner.back().size())
      throw BadInput(text.place(), fmt::format("neuron {} of level {} is not the next one", neuron, level),
                     "give the file as sparsio partition --out wrote it");
    if (part >= (made.parts > 0 ? made.parts : std::numeric_limits<uint32_t>::max()))
      throw BadInput(text.place(), fmt::format("there is no part {}", part),
                     "give the file as sparsio partition --out wrote it");
    made.owner.back().push_back(part);
    parts = std::max(parts, part + 1);
  }
  if (made.owner.empty()) throw BadInput(path, "names no neuron", "give the file as sparsio partition --out wrote it");
  if (made.parts == 0) made.parts = parts;
  return read;
}

}  // namespace sparsio
