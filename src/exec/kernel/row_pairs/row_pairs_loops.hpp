// row_pairs_loops: one layer on one panel, pairs of targets in lockstep over blocks of sources.
#pragma once

#include <cstdint>

#include "exec/kernel/row_pairs/paired_layer.hpp"
#include "net/activation.hpp"

namespace sparsio {

/// Of the values that are copied into the L1, the row of zeros among them.
constexpr uint32_t most_packed_bytes = 64 << 10;

/// y[row of t] = f(sum over the connections of t of weight * x[source], bias[t]) for `columns` columns (rounded up to
/// whole vectors); rows `stride` floats apart, 64-byte aligned.
void paired_layer(const PairedLayer& layer, const Activation& activation, const float* x, float* y, uint32_t stride,
                  uint32_t columns);

/// Vectors of the next strip where so many are left: strips of nearly equal width.
constexpr uint32_t next_strip(uint32_t left, uint32_t most) {
  const uint32_t strips = (left + most - 1) / most;
  return (left + strips - 1) / strips;
}

}  // namespace sparsio
