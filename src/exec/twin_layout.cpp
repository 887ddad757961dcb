#include "exec/twin_layout.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
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

/// An order of the groups in which neighbours share sources where they can: on to a group that reads what the last one
/// has just read. Without twins there is little to share, and the order stays.
std::vector<uint32_t> chained(const Layer& layer, const std::vector<std::vector<uint32_t>>& groups) {
  std::vector<uint32_t> order(groups.size());
  std::iota(order.begin(), order.end(), 0U);
  if (groups.size() * 4 > layer.targets) return order;
  std::vector<std::vector<uint32_t>> readers(layer.sources);
  for (uint32_t g = 0; g < groups.size(); ++g)
    for (const uint32_t s : sources_of(layer, groups[g][0])) readers[s].push_back(g);
  std::vector<bool> is_done(groups.size(), false);
  order.clear();
  for (uint32_t first = 0; first < groups.size(); ++first) {
    for (uint32_t at = first; !is_done[at];) {
      is_done[at] = true;
      order.push_back(at);
      for (const uint32_t s : sources_of(layer, groups[at][0])) {
        // A reader that is done is never asked again.
        auto& list = readers[s];
        while (!list.empty() && is_done[list.back()]) list.pop_back();
        if (list.empty()) continue;
        at = list.back();
        break;
      }
    }
  }
  return order;
}

void add_block(const Layer& layer, List targets, TwinLayer& twins, uint64_t source) {
  const List list = sources_of(layer, targets[0]);
  const auto width = static_cast<uint32_t>(targets.size());
  twins.block.push_back({source, twins.weight.size(), static_cast<uint32_t>(list.size()),
                         static_cast<uint32_t>(twins.bias.size()), width});
  for (size_t s = 0; s < list.size(); ++s)
    for (const uint32_t t : targets) twins.weight.push_back(layer.weight[layer.begin[t] + s]);
  for (const uint32_t t : targets) {
    twins.row_of[t] = static_cast<uint32_t>(twins.bias.size());
    twins.bias.push_back(layer.bias[t]);
  }
}

}  // namespace

TwinLayer find_twins(const Layer& layer, std::span<const uint32_t> row_of_source) {
  TwinLayer twins;
  twins.targets = layer.targets;
  twins.weight.reserve(layer.connections());
  twins.has_positive_bias = std::any_of(layer.bias.begin(), layer.bias.end(), [](float b) { return b > 0; });
  twins.row_of.resize(layer.targets);
  twins.bias.reserve(layer.targets);
  const auto groups = groups_of(layer);
  for (const uint32_t g : chained(layer, groups)) {
    const std::vector<uint32_t>& group = groups[g];
    const uint64_t source = twins.source.size();
    for (const uint32_t s : sources_of(layer, group[0]))
      twins.source.push_back(row_of_source.empty() ? s : row_of_source[s]);
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
