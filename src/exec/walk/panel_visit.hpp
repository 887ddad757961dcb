// panel_visit: what is done to a panel besides its kernels (panel_kernels), told to a listener.
#pragma once

#include <algorithm>

#include "exec/walk/clips.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "exec/walk/transpose_floats.hpp"
#include "net/access.hpp"

namespace sparsio {

/// Inputs that are floats are a plain vector, whose allocator begins it that far into a line.
constexpr uint64_t input_values_begin = 16;

/// Inputs of `width` values, one a column of the pass, are there.
inline void place_inputs(AccessVisitor& visitor, uint32_t width, InputValues inputs,
                         uint32_t vector_bytes = turning_vector_bytes()) {
  if (inputs == InputValues::bits) {
    visitor.place_inputs({width, visitor.columns(), vector_bytes});
    return;
  }
  visitor.place(Array::input_values, input_values_begin + uint64_t{width} * visitor.columns() * 4);
  visitor.place(Array::input_block, float_block * float_block * 4);
}

/// Values [value, end) of an input that is floats.
inline void read_input_values(AccessVisitor& visitor, uint32_t width, uint32_t column, uint32_t value, uint32_t end) {
  visitor.read(Array::input_values, input_values_begin + (uint64_t{column} * width + value) * 4,
               uint64_t{end - value} * 4);
}

/// One input of `width` values is there, to be taken value by value.
inline void place_narrow_inputs(AccessVisitor& visitor, uint32_t width, InputValues inputs) {
  if (inputs == InputValues::bits)
    visitor.place(Array::input_bits, width / 8 + 1);
  else
    visitor.place(Array::input_values, input_values_begin + uint64_t{width} * 4);
}
inline void read_narrow_input(AccessVisitor& visitor, uint32_t value, InputValues inputs) {
  if (inputs == InputValues::bits)
    visitor.read(Array::input_bits, value / 8, 1);
  else
    read_input_values(visitor, 0, 0, value, value + 1);
}

/// What a run touches besides: its own state on the stack, the team of threads, the allocator, the list of categories.
/// Counted with callgrind (g++ 12, glibc, libgomp): 116 lines or more, whatever the engine, before its pass or behind
/// it. Told twice, since a small cache has lost them in between; in a pass of 3000 lines they are 5 %.
constexpr uint64_t run_bytes = 96 * 64;
inline void visit_begin_of_run(AccessVisitor& visitor) {
  visitor.place(Array::part, run_bytes);
  visitor.write(Array::part, 0, run_bytes);
}
inline void visit_end_of_run(AccessVisitor& visitor) {
  visitor.write(Array::part, 0, run_bytes);
}

/// Packed inputs are turned block by block; `write(pixel, column, columns)` for each pixel.
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

/// The same of inputs that are floats (transpose_floats).
template <class Write>
void visit_turned_floats(AccessVisitor& visitor, uint32_t width, const Write& write) {
  constexpr uint32_t ahead = float_block - input_values_begin / 4;
  const uint32_t stride = row_stride(visitor.columns());
  for (uint32_t column = 0; column < stride; column += float_block) {
    const uint32_t behind = std::min(column + float_block, visitor.columns());
    for (uint32_t value = 0; value < width;) {
      const uint32_t end = end_of_float_block(value, ahead, width);
      for (uint32_t c = column; c < behind; ++c) read_input_values(visitor, width, c, value, end);
      visitor.write(Array::input_block, 0, float_block * float_block * 4);
      for (; value < end; ++value) write(value, column, float_block);
    }
  }
}

/// Inputs of `width` values become rows of `buffer`: of floats (fill_panel), or where that is Buffer::bits of bits
/// (transpose_bits). Where the rows are listed the list is read, value by value.
inline void visit_inputs(AccessVisitor& visitor, uint32_t width, Buffer buffer, InputValues inputs, Rows row = {}) {
  if (row.list != nullptr) visitor.place(Array::row, uint64_t{width} * 4);
  const auto find_row = [&](uint32_t value) {
    if (row.list != nullptr) visitor.read(Array::row, uint64_t{value} * 4, 4);
  };
  if (inputs == InputValues::floats) {
    visit_turned_floats(visitor, width, [&](uint32_t value, uint32_t column, uint32_t columns) {
      find_row(value);
      visitor.write_row(buffer, row[value], column * 4, columns * 4);
    });
    return;
  }
  visit_turned_inputs(visitor, width, [&](uint32_t pixel, uint32_t column, uint32_t columns) {
    find_row(pixel);
    if (buffer == Buffer::bits)
      visitor.write_row(buffer, row[pixel], column / 8, 8);
    else
      visitor.write_row(buffer, row[pixel], column * 4, columns * 4);
  });
}

/// curve_rows: each row is read and written once more.
inline void visit_curve_rows(AccessVisitor& visitor, Rows rows, const Activation& activation) {
  if (!is_curve(activation)) return;
  const uint32_t used = vector_bytes(visitor.columns());
  for (uint64_t v = 0; v < rows.count; ++v) {
    if (rows.list != nullptr) visitor.read(Array::row, v * 4, 4);
    visitor.read_target(rows[v], 0, used);
    visitor.write_target(rows[v], 0, used);
  }
}

/// softmax_columns: three times down the rows, a vector of columns at a time. `list` is where their numbers lie.
inline void visit_softmax(AccessVisitor& visitor, Rows rows, Array list = Array::row) {
  const uint32_t vector = simd_lanes() * 4;
  for (uint32_t at = 0; at < vector_bytes(visitor.columns()); at += vector)
    for (const bool writes : {false, true, true})
      for (uint64_t v = 0; v < rows.count; ++v) {
        if (rows.list != nullptr) visitor.read(list, v * 4, 4);
        visitor.read_target(rows[v], at, vector);
        if (writes) visitor.write_target(rows[v], at, vector);
      }
}

/// alive_columns: a vector of columns at a time, down the rows until all of them are known to be alive. Where nobody
/// knows it is taken that all are alive, which shows early, but that in the challenge some have died.
inline void visit_alive_columns(AccessVisitor& visitor, Rows rows, Activation activation, Life life) {
  constexpr uint64_t before_the_first_look = 16;
  const bool is_early = life == Life::unknown ? rule_of(activation).shows_life_early : life == Life::all;
  visitor.scan_targets(
      {is_early ? std::min(rows.count, before_the_first_look) : rows.count, rows.list, simd_lanes() * 4});
}

}  // namespace sparsio
