// transpose_floats: inputs that are floats become the columns of a panel, a block at a time.
// Value by value, either the inputs are read or the panel is written in steps of a row, and each step is a line of its
// own: a panel larger than a cache cost that cache a miss a value. In a block of 16 inputs by 16 values each side is
// whole lines. A block goes through a buffer on the stack, so that a line of the inputs is touched in one go, and one
// of the panel too: where inputs are a multiple of 4 KiB wide, 16 of them meet in one set, and a line that is left and
// come back to would be gone.
#pragma once

#include <algorithm>
#include <cstdint>

#include "exec/walk/panel_kernels.hpp"
#include "net/inputs.hpp"

namespace sparsio {

/// Inputs, and values of each, that are turned at once.
constexpr uint32_t float_block = 16;

/// Where the block that begins at `value` ends: `ahead` values lie before the first line of the inputs, and blocks are
/// lines from there on (of every input, where each is a whole number of lines).
constexpr uint32_t end_of_float_block(uint32_t value, uint32_t ahead, uint32_t width) {
  return std::min(width, value < ahead ? ahead : value + float_block);
}

/// Columns 0 .. count - 1 become inputs first .. first + count - 1, which are floats, value v of each in row row[v];
/// from count to the end of the line columns become zero, behind it they stay. Rows are `stride` floats apart, a
/// multiple of 16.
void transpose_floats(const Inputs& inputs, uint64_t first, uint32_t count, float* panel, uint32_t stride,
                      Rows row = {});

}  // namespace sparsio
