// csr_loops: one layer on one panel, target by target, from compressed sparse rows.
#pragma once

#include <cstdint>

#include "exec/kernel/kernel.hpp"
#include "net/activation.hpp"

namespace sparsio {

/// A layer as `csr` runs it.
struct CsrLayer {
  uint32_t targets;
  const uint32_t* begin;  // targets + 1 offsets
  const CsrConnection* connection;
  const float* bias;
  const uint32_t* row;  // of each target; null: target t is in row t
};

/// y[row of t] = f(sum over the connections of t of weight * x[source], bias[t]) for `columns` columns (rounded up to
/// whole vectors); rows `stride` floats apart, 64-byte aligned. Sources are summed in stored order, the bias is added
/// last.
void csr_layer(const CsrLayer& layer, const Activation& activation, const float* x, float* y, uint32_t stride,
               uint32_t columns);

/// Columns that one walk over a layer's connections handles; a wider panel takes several.
uint32_t csr_strip_columns();

}  // namespace sparsio
