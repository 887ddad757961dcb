// official_bias: the bias that the rules of the HPEC Sparse DNN Graph Challenge give each size of network.
// Files of layers do not hold it, and networks made to the same rules need it too.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

namespace sparsio {

/// Of every neuron of an official network with `neurons` a layer; none for other sizes.
inline std::optional<float> official_bias(uint32_t neurons) {
  for (const auto& [official, bias] : {std::pair{1024U, -0.3F}, {4096U, -0.35F}, {16384U, -0.4F}, {65536U, -0.45F}})
    if (neurons == official) return bias;
  return std::nullopt;
}

}  // namespace sparsio
