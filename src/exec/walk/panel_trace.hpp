// panel_trace: what the panel kernels (panel_kernels.hpp) and the walk over a batch (panel_run) touch besides an
// engine's own kernel, for the traces of the engines that use them. Inputs are packed bits.
#pragma once

#include <algorithm>

#include "exec/shared/trace_writer.hpp"
#include "exec/walk/panel_kernels.hpp"

namespace sparsio {

/// A buffer that is set to zero from its beginning to its end, as vectors are when they are made.
inline uint64_t trace_zeroed_buffer(TraceWriter& out, uint64_t bytes) {
  constexpr uint64_t line = 64;
  const uint64_t address = out.buffer(bytes);
  for (uint64_t at = 0; at < bytes; at += line)
    out.store(address + at, static_cast<uint32_t>(std::min(line, bytes - at)));
  return address;
}

/// Bytes of a row that kernels work on: `columns` rounded up to whole vectors.
inline uint32_t vector_bytes(uint32_t columns) {
  const uint32_t lanes = simd_lanes();
  return (columns + lanes - 1) / lanes * lanes * 4;
}

/// Packed inputs on their way into a panel: 512 pixels of 64 inputs at a time, through two small blocks on the stack.
class BitTrace {
 public:
  BitTrace(TraceWriter& out, uint32_t width, uint32_t count)
      : out_(out),
        row_bytes_((uint64_t{width} + 7) / 8),
        width_(width),
        count_(count),
        bits_(out.buffer(allocator_header + row_bytes_ * count) + allocator_header),
        words_(out.buffer(sizeof(BitBlock))),
        block_(out.buffer(sizeof(BitBlock))) {}

  /// fill_panel, with rows of `row` bytes.
  void fill_panel(uint64_t panel, uint32_t row) {
    for_each_block(row / 4, [&](uint64_t first_pixel, uint64_t pixel, uint32_t column) {
      load_pixel(pixel);
      out_.store(panel + (first_pixel + pixel) * row + column * 4, std::min(256U, row - column * 4));
    });
  }

  /// transpose_bits, with `words` words a pixel.
  void transpose(uint64_t pixels, uint32_t words) {
    for_each_block(words * 64, [&](uint64_t first_pixel, uint64_t pixel, uint32_t column) {
      load_pixel(pixel);
      out_.store(pixels + ((first_pixel + pixel) * words + column / 64) * 8, 8);
    });
  }

 private:
  /// The inputs' bits are a plain vector, which begins that far into a line: rows lie across lines, and each is loaded
  /// anew by blocks of a line's width.
  static constexpr uint64_t allocator_header = 16;
  static constexpr uint32_t word = 8;

  void load_pixel(uint64_t pixel) { out_.load(block_ + pixel * word, word); }

  template <class Use>
  void for_each_block(uint32_t columns, const Use& use) {
    for (uint32_t column = 0; column < columns; column += 64) {
      for (uint64_t pixel = 0; pixel < width_; pixel += std::tuple_size_v<BitBlock>) {
        make_block(column, pixel / 8);
        const uint64_t here = std::min<uint64_t>(std::tuple_size_v<BitBlock>, width_ - pixel);
        for (uint64_t k = 0; k < here; ++k) use(pixel, k, column);
      }
    }
  }

  /// TransposeBlock: a vector of words of each of 64 inputs is turned where it lies, then written pixel by pixel.
  void make_block(uint32_t column, uint64_t byte) {
    const uint32_t lanes = turning_vector_bytes() / word;
    for (uint32_t part = 0; part < bit_block_words && byte < row_bytes_; part += lanes, byte += word * lanes) {
      const auto here = static_cast<uint32_t>(std::min<uint64_t>(word * lanes, row_bytes_ - byte));
      for (uint32_t input = 0; input < 64; ++input) {
        if (column + input < count_) out_.load(bits_ + (column + input) * row_bytes_ + byte, here);
        out_.store(words_ + input * lanes * word, lanes * word);
      }
      for (uint32_t pixel = 0; pixel < 64; ++pixel) {
        out_.load(words_ + pixel * lanes * word, lanes * word);
        for (uint32_t j = 0; j < lanes; ++j) out_.store(block_ + ((part + j) * 64 + (pixel ^ 7)) * word, word);
      }
    }
  }

  TraceWriter& out_;
  uint64_t row_bytes_;
  uint32_t width_;
  uint32_t count_;
  uint64_t bits_;
  uint64_t words_;
  uint64_t block_;
};

/// What the walk over a batch touches from layer to layer besides the panel: its own state, the deadline's clock, the
/// way to the kernel and the dispatch to the instruction set. Counted with callgrind (g++ 12); where a layer is larger
/// than a cache, the cache misses these lines once a layer.
constexpr uint32_t walk_frame_bytes = 20 * 64;

/// alive_columns: a vector of columns at a time, down the rows until all of them are known to be alive. A trace knows
/// no values; it takes it that they are all alive, which shows early, but that in the challenge some have died.
/// `list` is the address of the rows' list, where they have one.
inline void trace_alive_columns(TraceWriter& out, uint64_t panel, Rows rows, uint64_t list, uint32_t row,
                                uint32_t columns, Activation activation) {
  constexpr uint64_t stretch = 16;
  const uint32_t vector = simd_lanes() * 4;
  const uint64_t looked_at = rule_of(activation).shows_life_early ? std::min(rows.count, stretch) : rows.count;
  for (uint32_t at = 0; at < columns * 4; at += vector)
    for (uint64_t v = 0; v < looked_at; ++v) {
      if (rows.list != nullptr) out.load(list + v * 4, 4);
      out.load(panel + rows[v] * row + at, vector);
    }
}

}  // namespace sparsio
