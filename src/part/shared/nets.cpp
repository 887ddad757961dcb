#include "part/shared/nets.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "part/shared/inverse.hpp"

namespace sparsio {

void Nets::append(const Nets& more) {
  for (size_t net = 0; net < more.count(); ++net) begin.push_back(pin.size() + more.begin[net + 1]);
  pin.insert(pin.end(), more.pin.begin(), more.pin.end());
  weight.insert(weight.end(), more.weight.begin(), more.weight.end());
}

Nets nets_of(const Layer& layer, const std::vector<uint32_t>& has, const std::vector<uint32_t>& reads) {
  const Inverse readers = readers_of(layer);
  Nets nets;
  std::unordered_multimap<uint64_t, uint32_t> by_hash;
  std::vector<uint32_t> pins;
  for (uint32_t s = 0; s < layer.sources; ++s) {
    pins.clear();
    if (!has.empty()) pins.push_back(has[s]);
    for (const uint32_t t : readers.of(s)) pins.push_back(reads[t]);
    std::sort(pins.begin(), pins.end());
    pins.erase(std::unique(pins.begin(), pins.end()), pins.end());
    if (pins.size() < 2) continue;
    uint64_t hash = pins.size();
    for (const uint32_t pin : pins) hash = (std::rotl(hash, 5) ^ pin) * 0x9E3779B97F4A7C15;
    const auto [first, last] = by_hash.equal_range(hash);
    // Equal hashes are only candidates.
    const auto found =
        std::find_if(first, last, [&](const auto& e) { return std::ranges::equal(nets.pins(e.second), pins); });
    if (found != last) {
      ++nets.weight[found->second];
      continue;
    }
    by_hash.emplace(hash, static_cast<uint32_t>(nets.count()));
    nets.weight.push_back(1);
    nets.pin.insert(nets.pin.end(), pins.begin(), pins.end());
    nets.begin.push_back(nets.pin.size());
  }
  return nets;
}

}  // namespace sparsio
