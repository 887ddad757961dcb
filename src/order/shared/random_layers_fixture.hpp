// For tests: random networks of layers.
#pragma once

#include "base/random.hpp"
#include "net/network.hpp"

namespace sparsio {

/// `count` layers of `width` neurons; a neuron feeds one of the next layer with probability `density`.
inline Network layers(uint32_t width, uint32_t count, double density, uint64_t seed) {
  RandomStream random(seed, 0);
  std::vector<Connection> connections;
  for (uint32_t v = width; v < width * count; ++v)
    for (uint32_t u = v / width * width - width; u < v / width * width; ++u)
      if (random.uniform() < density) connections.push_back({u, v, 1.0F});
  return Network(width * count, connections, std::vector<float>(width * count, 0.0F), Activation::relu, "layers");
}

}  // namespace sparsio
