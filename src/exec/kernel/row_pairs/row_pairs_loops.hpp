// row_pairs_loops: one layer on one panel, pairs of targets in lockstep over blocks of sources.
#pragma once

#include <cstdint>

#include "exec/kernel/row_pairs/paired_layer.hpp"
#include "net/activation.hpp"

namespace sparsio {

/// y[row of t] = f(sum over the connections of t of weight * x[source], bias[t]) for `columns` columns (rounded up to
/// whole vectors); rows `stride` floats apart, 64-byte aligned.
void paired_layer(const PairedLayer& layer, const Activation& activation, const float* x, float* y, uint32_t stride,
                  uint32_t columns);

}  // namespace sparsio
