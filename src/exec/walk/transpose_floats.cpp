// The idea: four rows of four floats are turned in registers by eight interleavings; with vectors of eight floats the
// upper half turns four other rows for nothing. In: a row an input. Out: a row a value.
#include "exec/walk/transpose_floats.hpp"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/walk/transpose_floats.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR  // which has no vectors to interleave

HWY_INLINE void TurnBlock(const float* block, uint32_t first, uint32_t values, float* to, uint32_t stride, Rows row) {
  for (uint32_t v = 0; v < values; ++v)
    for (uint32_t c = 0; c < float_block; ++c) to[row[first + v] * stride + c] = block[c * float_block + v];
}

#else

using Turned = hn::CappedTag<float, 8>;

/// Four floats from each of the rows 0, 4 ..., as many as a vector holds.
HWY_INLINE hn::Vec<Turned> LoadFours(const float* row) {
  const Turned f;
  if constexpr (hn::MaxLanes(Turned()) == 8) {
    const hn::Half<Turned> four;
    return hn::Combine(f, hn::LoadU(four, row + 4 * float_block), hn::LoadU(four, row));
  } else {
    return hn::LoadU(f, row);
  }
}

/// The first `values` columns of the block become the rows of value `first` and those behind it.
HWY_INLINE void TurnBlock(const float* block, uint32_t first, uint32_t values, float* to, uint32_t stride, Rows row) {
  const Turned f;
  const uint32_t lanes = static_cast<uint32_t>(hn::Lanes(f));
  for (uint32_t v = 0; v < values; v += 4) {
    const uint32_t rows = std::min(4U, values - v);
    for (uint32_t c = 0; c < float_block; c += lanes) {
      const float* const from = block + c * float_block + v;
      const auto row0 = LoadFours(from);
      const auto row1 = LoadFours(from + float_block);
      const auto row2 = LoadFours(from + 2 * float_block);
      const auto row3 = LoadFours(from + 3 * float_block);
      const auto even_low = hn::InterleaveLower(f, row0, row2);
      const auto odd_low = hn::InterleaveLower(f, row1, row3);
      const auto even_high = hn::InterleaveUpper(f, row0, row2);
      const auto odd_high = hn::InterleaveUpper(f, row1, row3);
      const auto out = [&](uint64_t k) { return to + row[first + v + k] * stride + c; };
      hn::StoreU(hn::InterleaveLower(f, even_low, odd_low), f, out(0));
      if (rows > 1) hn::StoreU(hn::InterleaveUpper(f, even_low, odd_low), f, out(1));
      if (rows > 2) hn::StoreU(hn::InterleaveLower(f, even_high, odd_high), f, out(2));
      if (rows > 3) hn::StoreU(hn::InterleaveUpper(f, even_high, odd_high), f, out(3));
    }
  }
}

#endif

/// Up to 16 inputs, `width` floats apart; the columns behind them become zero.
void TurnInputs(const float* from, uint32_t width, uint32_t inputs, uint32_t ahead, float* to, uint32_t stride,
                Rows row) {
  HWY_ALIGN float block[float_block * float_block] = {};
  for (uint32_t v = 0; v < width;) {
    const uint32_t end = end_of_float_block(v, ahead, width);
    const uint32_t values = end - v;
    for (uint32_t i = 0; i < inputs; ++i) {
      const float* const input = from + uint64_t{i} * width + v;
      if (values == float_block)
        std::memcpy(block + i * float_block, input, sizeof(float) * float_block);
      else
        std::memcpy(block + i * float_block, input, sizeof(float) * values);
    }
    TurnBlock(block, v, values, to, stride, row);
    v = end;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sparsio {

HWY_EXPORT(TurnInputs);

void transpose_floats(const Inputs& inputs, uint64_t first, uint32_t count, float* panel, uint32_t stride, Rows row) {
  const auto floats_into_line =
      static_cast<uint32_t>(reinterpret_cast<uintptr_t>(inputs.values.data()) / 4 % float_block);
  const uint32_t ahead = (float_block - floats_into_line) % float_block;
  for (uint32_t c = 0; c < count; c += float_block) {
    HWY_DYNAMIC_DISPATCH(TurnInputs)
    (inputs.values.data() + (first + c) * inputs.width, inputs.width, std::min(float_block, count - c), ahead,
     panel + c, stride, row);
  }
}

}  // namespace sparsio
#endif
