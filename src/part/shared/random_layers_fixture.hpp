// random_layers_fixture: networks for the tests of partitions.
#pragma once

#include "base/random.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {

/// A few layers of up to `most` neurons each, of any density; some rows are empty, some are twins, some values are read
/// by nobody.
inline GivenLayers layers_at_random(uint64_t seed, uint32_t most) {
  RandomStream random(seed, 3);
  std::vector<Layer> layers(1 + random.below(4));
  auto width = static_cast<uint32_t>(1 + random.below(most));
  for (Layer& layer : layers) {
    layer.sources = width;
    layer.targets = width = static_cast<uint32_t>(1 + random.below(most));
    const double density = random.uniform();
    layer.begin = {0};
    for (uint32_t t = 0; t < layer.targets; ++t) {
      if (t > 0 && random.below(3) == 0) {
        const auto twin = layer.sources_of(static_cast<uint32_t>(random.below(t)));
        const std::vector<uint32_t> same(twin.begin(), twin.end());
        layer.source.insert(layer.source.end(), same.begin(), same.end());
      } else if (random.below(8) > 0) {
        for (uint32_t s = 0; s < layer.sources; ++s)
          if (random.uniform() < density) layer.source.push_back(s);
      }
      layer.begin.push_back(layer.source.size());
    }
    layer.weight.assign(layer.source.size(), 1.0F);
    layer.bias.assign(layer.targets, 0.0F);
  }
  return {std::move(layers), Activation::relu};
}

}  // namespace sparsio
