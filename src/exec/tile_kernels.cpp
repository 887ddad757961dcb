#include "exec/tile_kernels.hpp"

#include <algorithm>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/tile_kernels.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// The bits of the columns from `first` on whose greatest value is not zero.
template <class V>
HWY_INLINE void SetAlive(V most, uint32_t first, Columns& alive) {
  const hn::ScalableTag<float> f;
  const uint32_t lanes = static_cast<uint32_t>(hn::Lanes(f));
  uint8_t bits[8] = {};
  hn::StoreMaskBits(f, hn::Gt(most, hn::Zero(f)), bits);
  uint64_t word = 0;
  for (int b = 7; b >= 0; --b) word = word << 8 | bits[b];
  if (lanes < 64) word &= (uint64_t{1} << lanes) - 1;
  alive[first / 64] |= word << (first % 64);
}

void AliveColumns(const float* tile, uint64_t rows, uint32_t stride, uint32_t count, Columns& alive) {
  const hn::ScalableTag<float> f;
  const uint32_t lanes = static_cast<uint32_t>(hn::Lanes(f));
  alive.fill(0);
  // Four vectors a walk down the rows: whole cache lines, so that each is fetched once.
  for (uint32_t first = 0; first < count; first += 4 * lanes) {
    const float* const columns = tile + first;
    const uint32_t vectors = std::min(4U, (count - first + lanes - 1) / lanes);
    // Values are never negative, so "some value is not zero" is a maximum.
    auto most0 = hn::Zero(f), most1 = most0, most2 = most0, most3 = most0;
    for (uint64_t v = 0; v < rows; ++v) {
      const float* const row = columns + v * stride;
      most0 = hn::Max(most0, hn::LoadU(f, row));
      if (vectors > 1) most1 = hn::Max(most1, hn::LoadU(f, row + lanes));
      if (vectors > 2) most2 = hn::Max(most2, hn::LoadU(f, row + 2 * lanes));
      if (vectors > 3) most3 = hn::Max(most3, hn::LoadU(f, row + 3 * lanes));
    }
    SetAlive(most0, first, alive);
    if (vectors > 1) SetAlive(most1, first + lanes, alive);
    if (vectors > 2) SetAlive(most2, first + 2 * lanes, alive);
    if (vectors > 3) SetAlive(most3, first + 3 * lanes, alive);
  }
  for (uint32_t w = 0; w < alive.size(); ++w) {
    if (w * 64 >= count)
      alive[w] = 0;
    else if (count - w * 64 < 64)
      alive[w] &= (uint64_t{1} << (count - w * 64)) - 1;
  }
}

void AppendColumns(const float* from, uint64_t rows, uint32_t from_stride, const Columns& chosen, uint32_t count,
                   float* to, uint32_t to_stride, uint32_t at) {
  const hn::ScalableTag<float> f;
  const uint32_t lanes = static_cast<uint32_t>(hn::Lanes(f));
  for (uint32_t c = 0; c < count; c += lanes) {
    const uint64_t wide = lanes < 64 ? (uint64_t{1} << lanes) - 1 : ~uint64_t{0};
    const uint64_t word = chosen[c / 64] >> (c % 64) & wide;
    if (word == 0) continue;
    uint8_t bits[8];
    for (int b = 0; b < 8; ++b) bits[b] = static_cast<uint8_t>(word >> (8 * b));
    const auto mask = hn::LoadMaskBits(f, bits);
    for (uint64_t v = 0; v < rows; ++v)
      hn::CompressBlendedStore(hn::LoadU(f, from + v * from_stride + c), mask, f, to + v * to_stride + at);
    at += static_cast<uint32_t>(std::popcount(word));
  }
}

const char* SimdName() {
  return hwy::TargetName(HWY_TARGET);
}

uint32_t SimdLanes() {
  return static_cast<uint32_t>(hn::Lanes(hn::ScalableTag<float>()));
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sparsio {

HWY_EXPORT(AliveColumns);
HWY_EXPORT(AppendColumns);
HWY_EXPORT(SimdName);
HWY_EXPORT(SimdLanes);

Columns alive_columns(const float* tile, uint64_t rows, uint32_t stride, uint32_t count) {
  Columns alive;
  HWY_DYNAMIC_DISPATCH(AliveColumns)(tile, rows, stride, count, alive);
  return alive;
}

void append_columns(const float* from, uint64_t rows, uint32_t from_stride, const Columns& chosen, uint32_t count,
                    float* to, uint32_t to_stride, uint32_t at) {
  HWY_DYNAMIC_DISPATCH(AppendColumns)(from, rows, from_stride, chosen, count, to, to_stride, at);
}

void fill_tile(const Inputs& inputs, uint64_t first, uint32_t count, float* tile, uint32_t stride) {
  if (!inputs.is_packed()) {
    std::fill(tile, tile + uint64_t{inputs.width} * stride, 0.0F);
    for (uint32_t c = 0; c < count; ++c)
      for (uint32_t v = 0; v < inputs.width; ++v)
        tile[uint64_t{v} * stride + c] = inputs.values[(first + c) * inputs.width + v];
    return;
  }
  // Eight rows at a time, which stay near while every column's byte for them is looked at; only set bits are visited.
  const uint64_t row_bytes = inputs.row_bytes();
  const uint8_t* const bits = &inputs.bits[first * row_bytes];
  for (uint64_t byte = 0; byte < row_bytes; ++byte) {
    float* const rows = tile + byte * 8 * stride;
    std::fill(rows, rows + std::min(uint64_t{8}, inputs.width - byte * 8) * stride, 0.0F);
    for (uint32_t c = 0; c < count; ++c) {
      for (uint32_t left = bits[c * row_bytes + byte]; left != 0;) {
        const int lead = std::countl_zero(static_cast<uint8_t>(left));
        rows[static_cast<uint64_t>(lead) * stride + c] = 1.0F;
        left &= ~(0x80U >> lead);
      }
    }
  }
}

uint32_t simd_lanes() {
  return HWY_DYNAMIC_DISPATCH(SimdLanes)();
}

std::string simd_name() {
  return HWY_DYNAMIC_DISPATCH(SimdName)();
}

}  // namespace sparsio
#endif
