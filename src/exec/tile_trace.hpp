// tile_trace: what the tile kernels (tile_kernels.hpp) touch, for the traces of the engines that use them.
#pragma once

#include <algorithm>

#include "exec/trace_writer.hpp"

namespace sparsio {

/// A buffer that is set to zero from its beginning to its end, as vectors are when they are made.
inline uint64_t trace_zeroed_buffer(TraceWriter& out, uint64_t bytes) {
  constexpr uint64_t line = 64;
  const uint64_t address = out.buffer(bytes);
  for (uint64_t at = 0; at < bytes; at += line)
    out.store(address + at, static_cast<uint32_t>(std::min(line, bytes - at)));
  return address;
}

/// fill_tile from packed inputs: 512 rows at a time, the bits of 64 columns are turned in two small buffers on the
/// stack and then spread over the rows. With vectors of 32 bytes; those of 64 make the buffers of a narrow input twice
/// as large.
inline void trace_fill_tile(TraceWriter& out, uint64_t bits, uint32_t width, uint32_t count, uint64_t tile,
                            uint32_t row) {
  constexpr uint32_t block_rows = 512;
  constexpr uint32_t columns = 64;
  constexpr uint32_t vector_bytes = 32;
  const uint64_t input_bytes = (uint64_t{width} + 7) / 8;
  const uint64_t words = out.buffer(columns * vector_bytes + block_rows * 8);
  const uint64_t block = words + columns * vector_bytes;
  for (uint32_t c = 0; c * 4 < row; c += columns) {
    for (uint32_t p = 0; p < width; p += block_rows) {
      const uint32_t here = std::min(block_rows, width - p);
      const uint32_t vectors = ((here + 7) / 8 + vector_bytes - 1) / vector_bytes;
      for (uint64_t r = c; r < std::min(c + columns, count); ++r)
        out.load(bits + r * input_bytes + p / 8, (here + 7) / 8);
      out.store(words, columns * vector_bytes);
      out.store(block, vectors * columns * vector_bytes);
      for (uint64_t k = 0; k < here; ++k) {
        out.load(block + k * 8, 8);
        out.store(tile + (p + k) * row + c * 4, std::min(columns * 4, row - c * 4));
      }
    }
  }
}

/// alive_columns: a line's columns at a time, down all rows.
inline void trace_alive_columns(TraceWriter& out, uint64_t tile, uint64_t rows, uint32_t row) {
  constexpr uint32_t line = 64;
  for (uint32_t at = 0; at < row; at += line)
    for (uint64_t v = 0; v < rows; ++v) out.load(tile + v * row + at, line);
}

}  // namespace sparsio
