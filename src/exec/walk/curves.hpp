// curves: the activations that take more than a clip, vectorised, from sums s = z + b that lie in memory.
// Their error against double precision is at most 4 units in the last place or 1e-7, whichever is larger
// (curves_test). They keep what is no number, give 0 where the value is 0 in double precision, and never -0. A value
// has the same bits wherever it lies.
#pragma once

#include <cstdint>
#include <span>

#include "exec/walk/panel_kernels.hpp"
#include "net/activation.hpp"

namespace sparsio {

/// The largest error of a curve at a value of this size, and of a softmax: what the reference grants engines.
double curve_error(double value);

/// Each value becomes f(value). Nothing happens where a clip has done it (exec/walk/clips).
void curve_values(std::span<float> values, const Activation& activation);

/// The same of `rows` of a panel, on `count` columns.
void curve_rows(float* panel, Rows rows, uint32_t stride, uint32_t count, const Activation& activation);

/// Each column's values in `rows`, none twice, become exp(s) / the sum of exp(s) over them.
void softmax_columns(float* panel, Rows rows, uint32_t stride, uint32_t count);

/// The same of one input's values.
void softmax_values(std::span<float> values);

}  // namespace sparsio
