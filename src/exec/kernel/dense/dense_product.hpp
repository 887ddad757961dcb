// dense_product: the full product of a library, of which `dense` takes the fastest that is there.
#pragma once

#include <cstdint>
#include <string>

#include "base/registry.hpp"

namespace sparsio {

/// Row-major: w has a row a target, x and y a row a neuron, `stride` floats apart.
struct DenseFactors {
  const float* w;
  const float* x;
  float* y;
  uint32_t targets;
  uint32_t sources;
  uint32_t columns;
  uint32_t stride;
};

struct DenseProduct {
  static constexpr std::string_view kind_name = "dense product";
  /// y = w x, on the calling thread alone.
  void (*multiply)(const DenseFactors& factors);
  /// Before the first product.
  void (*start)();
  /// The instruction set that it chose, in 16 characters.
  std::string (*simd)();
};

}  // namespace sparsio
