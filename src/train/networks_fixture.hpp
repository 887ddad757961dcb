// networks_fixture: small random layers, some rows empty, some alike.
#pragma once

#include <algorithm>
#include <vector>

#include "base/random.hpp"
#include "net/layer.hpp"

namespace sparsio {

/// Every `alike` targets have the same sources, but some none.
inline std::vector<Layer> random_layers(const std::vector<uint32_t>& widths, double density, const Activation& middle,
                                        const Activation& last, uint32_t alike, uint64_t seed = 1) {
  std::vector<Layer> layers;
  for (size_t l = 0; l + 1 < widths.size(); ++l) {
    Layer layer{widths[l], widths[l + 1], {0}, {}, {}, {}, l + 2 == widths.size() ? last : middle};
    RandomStream values(seed, 1000 + l);
    std::vector<uint32_t> sources;
    for (uint32_t t = 0; t < layer.targets; ++t) {
      // Twins are not neighbours: target t is of group t mod the number of groups.
      const uint32_t groups = std::max(1U, layer.targets / alike);
      RandomStream pattern(seed, l * 100000 + t % groups);
      sources.clear();
      for (uint32_t s = 0; s < layer.sources; ++s)
        if (pattern.uniform() < density && !(groups > 2 && t % groups == 1)) sources.push_back(s);
      for (const uint32_t s : sources) {
        layer.source.push_back(s);
        layer.weight.push_back(static_cast<float>(values.uniform(-1, 1)));
      }
      layer.begin.push_back(layer.source.size());
      layer.bias.push_back(static_cast<float>(values.uniform(-0.5, 0.5)));
    }
    layers.push_back(layer);
  }
  return layers;
}

}  // namespace sparsio
