// panel_kernels: what all engines do to a panel, vectorised once.
// A panel is a matrix of floats, a row a neuron, a column an input: row v is at panel + v * stride, stride a multiple
// of 16 floats, so that a row is whole cache lines. Columns past the last input hold zeros or leftovers and are never
// looked at.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "net/activation.hpp"
#include "net/inputs.hpp"

namespace sparsio {

/// Floats from one row of a panel to the next: `panel` rounded up to a cache line.
constexpr uint32_t row_stride(uint32_t panel) {
  return (panel + 15) / 16 * 16;
}

/// The most columns a panel may have.
constexpr uint32_t widest_panel = 1024;
/// A set of columns, bit c of word c / 64.
using Columns = std::array<uint64_t, widest_panel / 64>;

/// What packed bits are turned in: 512 pixels of 64 inputs, a word a pixel.
constexpr size_t bit_block_words = 8;
using BitBlock = std::array<uint64_t, 64 * bit_block_words>;

/// Some rows of a panel: those listed, or without a list the first `count`.
struct Rows {
  uint64_t count = 0;
  const uint32_t* list = nullptr;

  uint64_t operator[](uint64_t v) const { return list == nullptr ? v : list[v]; }
};

/// Columns 0 .. count - 1 become inputs first .. first + count - 1, value v of each in row row[v]; from count to the
/// end of the line columns become zero, behind it they stay, for a call on a few inputs should not pay for a wide
/// panel.
void fill_panel(const Inputs& inputs, uint64_t first, uint32_t count, float* panel, uint32_t stride, Rows row = {});

/// The columns below `count` with a nonzero value in some of `rows`, values of a layer with `activation`.
Columns alive_columns(const float* panel, Rows rows, uint32_t stride, uint32_t count, const Activation& activation);

/// Sums become values: of `rows`, the v-th by the activation and bias[v], on `count` columns (rounded up to whole
/// vectors).
void activate_rows(float* panel, Rows rows, const float* bias, uint32_t stride, uint32_t count,
                   const Activation& activation);

/// The columns below `count` that hold `value` in every one of `rows`.
Columns constant_columns(const float* panel, Rows rows, uint32_t stride, uint32_t count, float value);

/// Packed inputs first .. first + count - 1 with a row a pixel: bit c of pixels[row[p] * words + c / 64] is pixel p of
/// input first + c. 64 * words >= count; the bits from `count` to the end of the word become zero, words behind it
/// stay.
void transpose_bits(const Inputs& inputs, uint64_t first, uint32_t count, uint64_t* pixels, uint32_t words,
                    Rows row = {});

/// Appends the columns in `chosen`, `count` at most, to the columns of `to` from `at` on, keeping their order: of
/// `rows` alone, which are the same rows in both panels. A row of `to` has room for all of them; what is behind them is
/// lost.
void append_columns(const float* from, Rows rows, uint32_t stride, const Columns& chosen, uint32_t count, float* to,
                    uint32_t at);

/// Floats in a vector of the instruction set chosen at run time.
uint32_t simd_lanes();

/// Bytes of a row that kernels work on: `columns` rounded up to whole vectors.
inline uint32_t vector_bytes(uint32_t columns) {
  const uint32_t lanes = simd_lanes();
  return (columns + lanes - 1) / lanes * lanes * 4;
}

/// Bytes of the vectors in which packed inputs are turned: a vector, but no less than a word and no more than a line.
inline uint32_t turning_vector_bytes() {
  return std::clamp(simd_lanes() * 4, 8U, static_cast<uint32_t>(bit_block_words * 8));
}

/// The instruction set chosen at run time, as Highway names it: "AVX3", "AVX2", "NEON" ...
std::string simd_name();

}  // namespace sparsio
