#include "exec/twin_layout.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <unordered_map>

namespace sparsio {
namespace {

using List = std::span<const uint32_t>;

List sources_of(const Layer& layer, uint32_t target) {
  return {layer.source.data() + layer.begin[target], layer.begin[target + 1] - layer.begin[target]};
}

uint64_t hash_of(List list) {
  uint64_t hash = list.size();
  for (const uint32_t v : list) hash = (std::rotl(hash, 5) ^ v) * 0x9E3779B97F4A7C15;
  return hash;
}

/// Each group's targets, ascending. Equal hashes are only candidates: lists are compared.
std::vector<std::vector<uint32_t>> groups_of(const Layer& layer) {
  std::vector<std::vector<uint32_t>> groups;
  std::unordered_multimap<uint64_t, uint32_t> by_hash;
  by_hash.reserve(layer.targets);
  for (uint32_t t = 0; t < layer.targets; ++t) {
    const List list = sources_of(layer, t);
    const uint64_t hash = hash_of(list);
    const auto [first, last] = by_hash.equal_range(hash);
    const auto found = std::find_if(
        first, last, [&](const auto& e) { return std::ranges::equal(sources_of(layer, groups[e.second][0]), list); });
    if (found == last) {
      by_hash.emplace(hash, static_cast<uint32_t>(groups.size()));
      groups.push_back({t});
    } else {
      groups[found->second].push_back(t);
    }
  }
  return groups;
}

void add_block(const Layer& layer, List targets, TwinLayer& twins, uint64_t source) {
  const List list = sources_of(layer, targets[0]);
  const auto width = static_cast<uint32_t>(targets.size());
  twins.block.push_back({source, twins.weight.size(), static_cast<uint32_t>(list.size()),
                         static_cast<uint32_t>(twins.target.size()), width});
  for (size_t s = 0; s < list.size(); ++s)
    for (const uint32_t t : targets) twins.weight.push_back(layer.weight[layer.begin[t] + s]);
  for (const uint32_t t : targets) {
    twins.target.push_back(t);
    twins.bias.push_back(layer.bias[t]);
  }
}

}  // namespace

TwinLayer find_twins(const Layer& layer) {
  TwinLayer twins;
  twins.targets = layer.targets;
  twins.connections = layer.connections();
  twins.weight.reserve(layer.connections());
  twins.target.reserve(layer.targets);
  twins.bias.reserve(layer.targets);
  for (const std::vector<uint32_t>& group : groups_of(layer)) {
    const uint64_t source = twins.source.size();
    const List list = sources_of(layer, group[0]);
    twins.source.insert(twins.source.end(), list.begin(), list.end());
    for (size_t begin = 0; begin < group.size();) {
      const size_t width = std::bit_floor(std::min<size_t>(group.size() - begin, TwinLayer::widest_block));
      add_block(layer, List(group).subspan(begin, width), twins, source);
      begin += width;
    }
  }
  twins.source.shrink_to_fit();
  twins.block.shrink_to_fit();
  return twins;
}

}  // namespace sparsio
