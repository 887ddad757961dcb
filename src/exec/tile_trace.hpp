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

/// fill_tile from packed inputs: eight rows are set to zero, then the columns' bits for them are looked at.
inline void trace_fill_tile(TraceWriter& out, uint64_t bits, uint32_t width, uint32_t count, uint64_t tile,
                            uint32_t row) {
  const uint64_t input_bytes = (uint64_t{width} + 7) / 8;
  for (uint64_t byte = 0; byte < input_bytes; ++byte) {
    const uint64_t end = std::min(uint64_t{width}, (byte + 1) * 8);
    for (uint64_t v = byte * 8; v < end; ++v) out.store(tile + v * row, row);
    for (uint64_t c = 0; c < count; ++c) out.load(bits + c * input_bytes + byte, 1);
  }
}

/// alive_columns: a line's columns at a time, down all rows.
inline void trace_alive_columns(TraceWriter& out, uint64_t tile, uint64_t rows, uint32_t row) {
  constexpr uint32_t line = 64;
  for (uint32_t at = 0; at < row; at += line)
    for (uint64_t v = 0; v < rows; ++v) out.load(tile + v * row + at, line);
}

}  // namespace sparsio
