// panel_visit: what is done to a panel besides its kernels (panel_kernels), told to a listener.
#pragma once

#include <algorithm>

#include "exec/walk/panel_kernels.hpp"
#include "net/access.hpp"

namespace sparsio {

/// Packed inputs of `width` pixels, one a column of the pass, are there.
inline void place_inputs(AccessVisitor& visitor, uint32_t width) {
  visitor.place_inputs({width, visitor.columns(), turning_vector_bytes()});
}

/// They are turned block by block; `write(pixel, column, columns)` for each pixel.
template <class Write>
void visit_turned_inputs(AccessVisitor& visitor, uint32_t width, const Write& write) {
  const uint32_t stride = row_stride(visitor.columns());
  for (uint32_t column = 0; column < stride; column += PackedInputs::block_inputs) {
    const uint32_t columns = std::min(PackedInputs::block_inputs, stride - column);
    for (uint32_t pixel = 0; pixel < width; ++pixel) {
      const uint32_t of_block = pixel % PackedInputs::block_pixels;
      if (of_block == 0) visitor.turn_inputs(column, columns, pixel);
      visitor.read_turned(of_block);
      write(pixel, column, columns);
    }
  }
}

/// Inputs of `width` pixels become rows of `buffer`: of floats (fill_panel), or where that is Buffer::bits of bits
/// (transpose_bits).
inline void visit_inputs(AccessVisitor& visitor, uint32_t width, Buffer buffer) {
  visit_turned_inputs(visitor, width, [&](uint32_t pixel, uint32_t column, uint32_t columns) {
    if (buffer == Buffer::bits)
      visitor.write_row(buffer, pixel, column / 8, 8);
    else
      visitor.write_row(buffer, pixel, column * 4, columns * 4);
  });
}

/// alive_columns: a vector of columns at a time, down the rows until all of them are known to be alive. Nobody knows
/// values here; it is taken that all are alive, which shows early, but that in the challenge some have died.
inline void visit_alive_columns(AccessVisitor& visitor, Rows rows, Activation activation) {
  constexpr uint64_t before_the_first_look = 16;
  const bool is_early = rule_of(activation).shows_life_early;
  visitor.scan_targets(
      {is_early ? std::min(rows.count, before_the_first_look) : rows.count, rows.list, simd_lanes() * 4});
}

}  // namespace sparsio
