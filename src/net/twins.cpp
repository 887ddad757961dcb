#include "net/twins.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <unordered_map>

namespace sparsio {
namespace {

using List = std::span<const uint32_t>;

uint64_t hash_of(List list) {
  uint64_t hash = list.size();
  for (const uint32_t v : list) hash = (std::rotl(hash, 5) ^ v) * 0x9E3779B97F4A7C15;
  return hash;
}

}  // namespace

// Equal hashes are only candidates: lists are compared.
std::vector<std::vector<uint32_t>> twins_of(const Layer& layer) {
  std::vector<std::vector<uint32_t>> groups;
  std::unordered_multimap<uint64_t, uint32_t> by_hash;
  by_hash.reserve(layer.targets);
  for (uint32_t t = 0; t < layer.targets; ++t) {
    const List list = layer.sources_of(t);
    const uint64_t hash = hash_of(list);
    const auto [first, last] = by_hash.equal_range(hash);
    const auto found = std::find_if(
        first, last, [&](const auto& e) { return std::ranges::equal(layer.sources_of(groups[e.second][0]), list); });
    if (found == last) {
      by_hash.emplace(hash, static_cast<uint32_t>(groups.size()));
      groups.push_back({t});
    } else {
      groups[found->second].push_back(t);
    }
  }
  return groups;
}

}  // namespace sparsio
