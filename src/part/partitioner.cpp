#include "part/partitioner.hpp"

#include <algorithm>

#include "part/shared/inverse.hpp"

namespace sparsio {
namespace {

std::vector<uint32_t> own_inputs(const Layer& first, const std::vector<uint32_t>& owner, uint32_t parts) {
  const Inverse readers = readers_of(first);
  std::vector<uint32_t> owner_of_input(first.sources, 0);
  std::vector<uint64_t> sends(parts, 0);
  std::vector<uint32_t> reading;
  for (uint32_t s = 0; s < first.sources; ++s) {
    reading.clear();
    for (const uint32_t t : readers.of(s)) reading.push_back(owner[t]);
    if (reading.empty()) continue;
    std::sort(reading.begin(), reading.end());
    reading.erase(std::unique(reading.begin(), reading.end()), reading.end());
    owner_of_input[s] =
        *std::min_element(reading.begin(), reading.end(), [&](uint32_t a, uint32_t b) { return sends[a] < sends[b]; });
    sends[owner_of_input[s]] += reading.size() - 1;
  }
  return owner_of_input;
}

}  // namespace

std::vector<std::string> dividing_partitioners() {
  std::vector<std::string> names;
  for (const auto& entry : Registry<PartitionerKind>::instance().entries())
    if (std::all_of(entry.kind.options.begin(), entry.kind.options.end(),
                    [](const Option& option) { return option.fallback.has_value(); }))
      names.push_back(entry.name);
  return names;
}

Partition partition(const PartitionerKind& kind, LayerSource& network, uint32_t parts, const Params& params) {
  Partition made = kind.make(network, parts, params);
  network.restart();
  Layer first;
  if (made.owner[0].empty() && network.next(first)) made.owner[0] = own_inputs(first, made.owner[1], parts);
  return made;
}

}  // namespace sparsio
