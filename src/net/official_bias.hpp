// official_bias: the bias that the rules of the HPEC Sparse DNN Graph Challenge give each size of network.
// Files of layers do not hold it, and networks made to the same rules need it too.
#pragma once

#include <cstdint>
#include <optional>

namespace sparsio {

/// Of every neuron of an official network with `neurons` a layer; none for other sizes.
inline std::optional<float> official_bias(uint32_t neurons) {
  switch (neurons) {
    case 1024:
      return -0.3F;
    case 4096:
      return -0.35F;
    case 16384:
      return -0.4F;
    case 65536:
      return -0.45F;
    default:
      return std::nullopt;
  }
}

}  // namespace sparsio
