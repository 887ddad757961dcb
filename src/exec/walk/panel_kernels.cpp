#include "exec/walk/panel_kernels.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "exec/walk/curves.hpp"
#include "exec/walk/transpose_floats.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/walk/panel_kernels.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "exec/walk/clips-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE void KeepFirst(uint32_t count, Columns& columns) {
  for (uint32_t w = 0; w < columns.size(); ++w) {
    if (w * 64 >= count)
      columns[w] = 0;
    else if (count - w * 64 < 64)
      columns[w] &= (uint64_t{1} << (count - w * 64)) - 1;
  }
}

/// Lanes of a mask as the low bits of a word.
template <class F, class M>
HWY_INLINE uint64_t WordOf(F f, M mask) {
  uint8_t bits[8] = {};
  hn::StoreMaskBits(f, mask, bits);
  uint64_t word = 0;
  for (int b = 7; b >= 0; --b) word = word << 8 | bits[b];
  return hn::Lanes(f) < 64 ? word & ((uint64_t{1} << hn::Lanes(f)) - 1) : word;
}

/// Rows after which is looked whether all columns are known to be alive. Most that live show it early.
constexpr uint64_t stretch = 16;

/// Where values may be negative. What is no number is not equal to zero (nor does hn::Ne call it unequal).
void NonzeroColumns(const float* panel, Rows rows, uint32_t stride, uint32_t count, Columns& alive) {
  const hn::ScalableTag<float> f;
  const uint32_t lanes = static_cast<uint32_t>(hn::Lanes(f));
  const auto zero = hn::Zero(f);
  alive.fill(0);
  for (uint32_t c = 0; c < count; c += lanes) {
    auto dead = hn::Eq(zero, zero);
    for (uint64_t v = 0; v < rows.count; ++v) {
      dead = hn::And(dead, hn::Eq(hn::LoadU(f, panel + rows[v] * stride + c), zero));
      if (v % stretch == stretch - 1 && hn::AllFalse(f, dead)) break;
    }
    alive[c / 64] |= WordOf(f, hn::Not(dead)) << (c % 64);
  }
  KeepFirst(count, alive);
}

void PositiveColumns(const float* panel, Rows rows, uint32_t stride, uint32_t count, Columns& alive) {
  const hn::ScalableTag<float> f;
  const uint32_t lanes = static_cast<uint32_t>(hn::Lanes(f));
  alive.fill(0);
  for (uint32_t c = 0; c < count; c += lanes) {
    // "Some value is not zero" is a maximum.
    auto most = hn::Zero(f);
    for (uint64_t v = 0; v < rows.count; ++v) {
      most = hn::Max(most, hn::LoadU(f, panel + rows[v] * stride + c));
      if (v % stretch == stretch - 1 && hn::AllTrue(f, hn::Gt(most, hn::Zero(f)))) break;
    }
    alive[c / 64] |= WordOf(f, hn::Gt(most, hn::Zero(f))) << (c % 64);
  }
  KeepFirst(count, alive);
}

void ConstantColumns(const float* panel, Rows rows, uint32_t stride, uint32_t count, float value, Columns& constant) {
  const hn::ScalableTag<float> f;
  const uint32_t lanes = static_cast<uint32_t>(hn::Lanes(f));
  const auto wanted = hn::Set(f, value);
  constant.fill(0);
  for (uint32_t c = 0; c < count; c += lanes) {
    auto same = hn::Eq(wanted, wanted);
    for (uint64_t v = 0; v < rows.count && !hn::AllFalse(f, same); ++v)
      same = hn::And(same, hn::Eq(wanted, hn::LoadU(f, panel + rows[v] * stride + c)));
    constant[c / 64] |= WordOf(f, same) << (c % 64);
  }
  KeepFirst(count, constant);
}

template <Clip clip>
void ClipAll(float* panel, Rows rows, const float* bias, uint32_t stride, uint32_t count) {
  const hn::ScalableTag<float> f;
  const size_t lanes = hn::Lanes(f);
  for (uint64_t v = 0; v < rows.count; ++v) {
    const auto add = hn::Set(f, bias[v]);
    float* const row = panel + rows[v] * stride;
    for (size_t c = 0; c < count; c += lanes) hn::StoreU(Clipped<clip>(f, hn::LoadU(f, row + c), add), f, row + c);
  }
}

void ClipRows(float* panel, Rows rows, const float* bias, uint32_t stride, uint32_t count,
              const Activation& activation) {
  with_clip(activation, [&]<Clip clip>() { ClipAll<clip>(panel, rows, bias, stride, count); });
}

using Words = hn::CappedTag<uint64_t, bit_block_words>;

/// Bit i of word j for bit j of word i, in every lane (Hacker's Delight, 7-3).
HWY_INLINE void Transpose64(uint64_t* words) {
  const Words w;
  const size_t lanes = hn::Lanes(w);
  uint64_t low = 0x00000000FFFFFFFF;
  for (uint32_t distance = 32; distance != 0; distance /= 2, low ^= low << distance) {
    const auto mask = hn::Set(w, low);
    for (uint32_t k = 0; k < 64; k = (k + distance + 1) & ~distance) {
      uint64_t* const a = words + k * lanes;
      uint64_t* const b = words + (k + distance) * lanes;
      const auto up = hn::Load(w, a);
      const auto down = hn::Load(w, b);
      const auto swap = hn::And(hn::Xor(hn::ShiftRightSame(up, static_cast<int>(distance)), down), mask);
      hn::Store(hn::Xor(down, swap), w, b);
      hn::Store(hn::Xor(up, hn::ShiftLeftSame(swap, static_cast<int>(distance))), w, a);
    }
  }
}

/// Up to 64 rows of packed bits from byte `byte` on; pixel p of the block is at pixels[p], a bit a row.
void TransposeBlock(const uint8_t* bits, uint64_t row_bytes, uint64_t byte, uint32_t rows, BitBlock& block) {
  const Words w;
  const size_t lanes = hn::Lanes(w);
  HWY_ALIGN uint64_t words[64 * bit_block_words];
  for (size_t part = 0; part < bit_block_words; part += lanes, byte += 8 * lanes) {
    const uint64_t here = byte >= row_bytes ? 0 : std::min<uint64_t>(8 * lanes, row_bytes - byte);
    if (here == 0) break;
    for (uint32_t r = 0; r < 64; ++r) {
      if (r < rows && here == 8 * lanes) {
        std::memcpy(words + r * lanes, bits + r * row_bytes + byte, 8 * lanes);
      } else {
        std::fill_n(words + r * lanes, lanes, 0);
        if (r < rows) std::memcpy(words + r * lanes, bits + r * row_bytes + byte, here);
      }
    }
    Transpose64(words);
    // Bytes hold their first pixel in the top bit.
    for (size_t q = 0; q < 64; ++q)
      for (size_t j = 0; j < lanes; ++j) block[(part + j) * 64 + (q ^ 7)] = words[q * lanes + j];
  }
}

/// Pixels `first` and following of the inputs go to their rows.
void ExpandBits(const uint64_t* pixels, uint64_t first, uint32_t count, uint32_t columns, float* panel, uint32_t stride,
                Rows row) {
  const hn::ScalableTag<float> f;
  const uint32_t lanes = static_cast<uint32_t>(hn::Lanes(f));
  const auto one = hn::Set(f, 1.0F);
  for (uint32_t p = 0; p < count; ++p) {
    for (uint32_t c = 0; c < columns; c += lanes) {
      const uint64_t word = pixels[p] >> c;
      uint8_t bits[8];
      std::memcpy(bits, &word, 8);
      hn::StoreU(hn::IfThenElseZero(hn::LoadMaskBits(f, bits), one), f, panel + row[first + p] * stride + c);
    }
  }
}

/// Columns chosen from one vector of a row: where the vector begins, where what they become begins, and which lane each
/// lane of that takes. Lanes before `first` keep what is there; those behind the last chosen one may become anything.
struct ChosenLanes {
  uint32_t from;
  uint32_t to;
  uint32_t first;
  int32_t lane[hn::MaxLanes(hn::ScalableTag<float>())];
};

/// Of the vectors of a row with chosen columns, those that are not empty; how many.
uint32_t ChooseLanes(const Columns& chosen, uint32_t count, uint32_t stride, uint32_t at, ChosenLanes* vectors) {
  const auto lanes = static_cast<uint32_t>(hn::Lanes(hn::ScalableTag<float>()));
  uint32_t used = 0;
  for (uint32_t c = 0; c < count; c += lanes) {
    const uint64_t wide = lanes < 64 ? (uint64_t{1} << lanes) - 1 : ~uint64_t{0};
    uint64_t word = chosen[c / 64] >> (c % 64) & wide;
    if (word == 0) continue;
    ChosenLanes& one = vectors[used++];
    one.from = c;
    one.to = std::min(at, stride - lanes);  // within the row
    one.first = at - one.to;
    std::fill_n(one.lane, lanes, 0);
    for (uint32_t k = one.first; word != 0; word &= word - 1, ++k, ++at) one.lane[k] = std::countr_zero(word);
  }
  return used;
}

// A compressing or masked store takes a dozen instructions where the set has none, and is microcoded on Zen 1 to 4. So
// lanes are chosen once a vector of columns, a row is one permutation, and the whole vector is stored: the next vector
// of the row overwrites what is behind the chosen lanes. Only the end of a row needs what is there already.
void AppendColumns(const float* from, Rows rows, uint32_t stride, const Columns& chosen, uint32_t count, float* to,
                   uint32_t at) {
  const hn::ScalableTag<float> f;
  std::array<ChosenLanes, widest_panel / 4> vectors;
  const uint32_t used = ChooseLanes(chosen, count, stride, at, vectors.data());
  // The lines of so many rows stay in L1 from one vector of columns to the next.
  constexpr uint64_t rows_at_once = 32;
  for (uint64_t first = 0; first < rows.count; first += rows_at_once) {
    const uint64_t last = std::min(rows.count, first + rows_at_once);
    for (uint32_t k = 0; k < used; ++k) {
      const ChosenLanes& one = vectors[k];
      const auto lane = hn::SetTableIndices(f, one.lane);
      const float* const source = from + one.from;
      float* const target = to + one.to;
      if (one.first == 0) {
        for (uint64_t v = first; v < last; ++v)
          hn::StoreU(hn::TableLookupLanes(hn::LoadU(f, source + rows[v] * stride), lane), f, target + rows[v] * stride);
        continue;
      }
      const auto kept = hn::FirstN(f, one.first);
      for (uint64_t v = first; v < last; ++v) {
        const auto more = hn::TableLookupLanes(hn::LoadU(f, source + rows[v] * stride), lane);
        float* const row = target + rows[v] * stride;
        hn::StoreU(hn::IfThenElse(kept, hn::LoadU(f, row), more), f, row);
      }
    }
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

HWY_EXPORT(NonzeroColumns);
HWY_EXPORT(PositiveColumns);
HWY_EXPORT(ClipRows);
HWY_EXPORT(AppendColumns);
HWY_EXPORT(ConstantColumns);
HWY_EXPORT(TransposeBlock);
HWY_EXPORT(ExpandBits);
HWY_EXPORT(SimdName);
HWY_EXPORT(SimdLanes);

Columns alive_columns(const float* panel, Rows rows, uint32_t stride, uint32_t count, const Activation& activation) {
  Columns alive;
  if (rule_of(activation).may_be_negative)
    HWY_DYNAMIC_DISPATCH(NonzeroColumns)(panel, rows, stride, count, alive);
  else
    HWY_DYNAMIC_DISPATCH(PositiveColumns)(panel, rows, stride, count, alive);
  return alive;
}

void append_columns(const float* from, Rows rows, uint32_t stride, const Columns& chosen, uint32_t count, float* to,
                    uint32_t at) {
  HWY_DYNAMIC_DISPATCH(AppendColumns)(from, rows, stride, chosen, count, to, at);
}

void activate_rows(float* panel, Rows rows, const float* bias, uint32_t stride, uint32_t count,
                   const Activation& activation) {
  HWY_DYNAMIC_DISPATCH(ClipRows)(panel, rows, bias, stride, count, activation);
  curve_rows(panel, rows, stride, count, activation);
}

Columns constant_columns(const float* panel, Rows rows, uint32_t stride, uint32_t count, float value) {
  Columns constant;
  HWY_DYNAMIC_DISPATCH(ConstantColumns)(panel, rows, stride, count, value, constant);
  return constant;
}

void transpose_bits(const Inputs& inputs, uint64_t first, uint32_t count, uint64_t* pixels, uint32_t words, Rows row) {
  const uint64_t row_bytes = inputs.row_bytes();
  BitBlock block;
  for (uint32_t c = 0; c < count; c += 64) {
    const uint32_t rows = std::min(64U, count - c);
    for (uint64_t p = 0; p < inputs.width; p += block.size()) {
      const uint64_t here = std::min<uint64_t>(block.size(), inputs.width - p);
      HWY_DYNAMIC_DISPATCH(TransposeBlock)
      (inputs.bits.data() + (first + c) * row_bytes, row_bytes, p / 8, rows, block);
      for (uint64_t k = 0; k < here; ++k) pixels[row[p + k] * words + c / 64] = block[k];
    }
  }
}

void fill_panel(const Inputs& inputs, uint64_t first, uint32_t count, float* panel, uint32_t stride, Rows row) {
  if (!inputs.is_packed()) {
    transpose_floats(inputs, first, count, panel, stride, row);
    return;
  }
  const uint64_t row_bytes = inputs.row_bytes();
  BitBlock block;
  for (uint32_t c = 0; c < count; c += 64) {
    const uint32_t rows = std::min(64U, count - c);
    for (uint64_t p = 0; p < inputs.width; p += block.size()) {
      const auto here = static_cast<uint32_t>(std::min<uint64_t>(block.size(), inputs.width - p));
      HWY_DYNAMIC_DISPATCH(TransposeBlock)
      (inputs.bits.data() + (first + c) * row_bytes, row_bytes, p / 8, rows, block);
      HWY_DYNAMIC_DISPATCH(ExpandBits)(block.data(), p, here, row_stride(rows), panel + c, stride, row);
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
