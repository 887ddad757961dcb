// input_lines: what turning packed inputs into rows touches, besides the rows.
// Blocks of rows are turned from the inputs' bits, which lie input by input, in a small buffer. Engines without panels
// read bit by bit.
#pragma once

#include <algorithm>
#include <cstdint>

#include "io/lines/line_cache.hpp"

namespace sparsio {

/// Packed inputs become rows this many at a time, for 64 inputs (exec/walk/panel_kernels.cpp).
constexpr uint64_t input_block_rows = 512;

struct InputLines {
  uint64_t bits;   // where the packed inputs begin
  uint64_t block;  // where the small buffer begins
  uint64_t inputs;
  uint64_t row_bytes;     // of a row of floats
  uint64_t vector_bytes;  // LineLayout::vector_bytes

  uint64_t bits_bytes() const { return (inputs + 7) / 8 * std::max<uint64_t>(1, row_bytes / 4); }
  /// A vector of each of 64 inputs is turned, then written row by row.
  uint64_t turned_bytes() const { return uint64_t{64} * vector_bytes; }
  uint64_t block_bytes() const { return turned_bytes() + input_block_rows * 8; }

  /// `write(j, c, bytes)` for each input neuron j and the first c of 64 columns of its row: `bytes` of floats.
  template <class Write>
  void walk(LineCache& cache, const Write& write) const {
    constexpr uint64_t columns = 64;
    const uint64_t input_bytes = (inputs + 7) / 8;
    const uint64_t turned = turned_bytes();
    const bool in_blocks = row_bytes >= 64;
    const uint64_t rows = in_blocks ? input_block_rows : 8;
    for (uint64_t c = 0; c * 4 < row_bytes; c += columns) {
      const uint64_t bytes = std::min(columns * 4, row_bytes - c * 4);
      for (uint64_t p = 0; p < inputs; p += rows) {
        const uint64_t end = std::min<uint64_t>(p + rows, inputs);
        for (uint64_t column = c; column < c + std::max<uint64_t>(1, bytes / 4); ++column)
          cache.touch(bits + column * input_bytes + p / 8, (end - p + 7) / 8, Access::load);
        const uint64_t vectors = ((end - p + 7) / 8 + vector_bytes - 1) / vector_bytes;
        if (in_blocks) cache.touch(block, turned + vectors * turned, Access::store);
        for (uint64_t j = p; j < end; ++j) {
          if (in_blocks) cache.touch(block + turned + (j - p) * 8, 8, Access::load);
          write(j, c, bytes);
        }
      }
    }
  }
};

}  // namespace sparsio
