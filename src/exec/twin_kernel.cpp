// The idea: the values of a source are loaded once for several targets, and a weight once for several vectors of
// inputs. Eight targets by three vectors fill 24 of the 32 registers of AVX-512: a source costs 3 + 8 loads and 24
// fused multiply-adds, so the arithmetic is the limit and no longer the load ports, which is what stops compressed
// sparse rows at one load a multiply-add. With 16 registers it is four targets by three vectors.
#include "exec/twin_kernel.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/twin_kernel.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

constexpr bool has_32_registers = HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM;
/// Targets of a block that are worked on at once.
constexpr size_t at_once = has_32_registers ? 8 : 4;

/// The most vectors of inputs for that many targets, so that sums, values and a weight stay in registers.
constexpr size_t most_vectors(size_t targets) {
  if (targets == 8) return 3;
  if (targets == 4) return has_32_registers ? 5 : 3;
  if (targets == 2) return has_32_registers ? 8 : 4;
  return 8;
}

/// Values of sources as rows of floats.
struct FloatRows {
  const float* x;
  size_t stride;

  HWY_INLINE const float* Row(uint32_t source) const { return x + source * stride; }
  HWY_INLINE Vector Load(const float* row, size_t column) const { return hn::LoadU(Floats(), row + column); }
  HWY_INLINE void Move(size_t columns) { x += columns; }
};

/// Values of sources as rows of bits, 0 or 1, the first column in the lowest bit of the first byte.
struct BitRows {
  const uint8_t* bytes;
  size_t row_bytes;
  size_t first = 0;  // column

  HWY_INLINE const uint8_t* Row(uint32_t source) const { return bytes + source * row_bytes; }
  HWY_INLINE Vector Load(const uint8_t* row, size_t column) const {
    const Floats f;
    const auto one = hn::Set(f, 1.0F);
    const uint8_t* const at = row + (first + column) / 8;
    if (hn::Lanes(f) >= 8) return hn::IfThenElseZero(hn::LoadMaskBits(f, at), one);
    uint8_t bits[8] = {static_cast<uint8_t>(*at >> ((first + column) % 8))};
    return hn::IfThenElseZero(hn::LoadMaskBits(f, bits), one);
  }
  HWY_INLINE void Move(size_t columns) { first += columns; }
};

/// A layer, where its values are, and how a sum becomes a value. `z_counts`: under the challenge's rule z = 0 gives 0
/// whatever the bias; a bias that is not positive gives that by itself. It is part of the type because a branch between
/// two ways to finish costs registers that the sums need.
template <class SourceRows, bool z_counts_too>
struct Work {
  using Rows = SourceRows;
  static constexpr bool z_counts = z_counts_too;

  const uint32_t* source;
  const float* weight;
  const float* bias;
  Rows x;
  float* y;
  size_t stride;
  float cap;  // infinity for relu
};

template <bool z_counts>
HWY_INLINE Vector Activate(Vector sum, Vector bias, Vector cap) {
  const Floats f;
  const Vector y = hn::Min(hn::Max(hn::Add(sum, bias), hn::Zero(f)), cap);
  if constexpr (z_counts) return hn::IfThenElseZero(hn::Ne(sum, hn::Zero(f)), y);
  return y;
}

template <bool z_counts, size_t targets, size_t vectors>
HWY_INLINE void Finish(const Vector (&sum)[targets][vectors], Vector cap, const float* HWY_RESTRICT bias,
                       float* HWY_RESTRICT y, size_t stride) {
  const Floats f;
  const size_t lanes = hn::Lanes(f);
#pragma GCC unroll 8
  for (size_t t = 0; t < targets; ++t, y += stride) {
    const Vector b = hn::Set(f, bias[t]);
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; ++v) hn::StoreU(Activate<z_counts>(sum[t][v], b, cap), f, y + v * lanes);
  }
}

/// The sums of some targets of a block over its sources, on the columns at x.
template <size_t targets, size_t vectors, class Rows>
HWY_INLINE void Sum(Vector (&sum)[targets][vectors], Rows x, const uint32_t* source, const uint32_t* end,
                    const float* weight, size_t width) {
  const Floats f;
  const size_t lanes = hn::Lanes(f);
#pragma GCC unroll 8
  for (size_t t = 0; t < targets; ++t)
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; ++v) sum[t][v] = hn::Zero(f);
  for (; source != end; ++source, weight += width) {
    const auto* const row = x.Row(*source);
    // The weights are a stream, wanted long after they are asked for.
    if constexpr (targets >= 4) hwy::Prefetch(weight + 512);
    Vector value[vectors];
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; ++v) value[v] = x.Load(row, v * lanes);
#pragma GCC unroll 8
    for (size_t t = 0; t < targets; ++t) {
      const Vector w = hn::Set(f, weight[t]);
#pragma GCC unroll 8
      for (size_t v = 0; v < vectors; ++v) sum[t][v] = hn::MulAdd(w, value[v], sum[t][v]);
    }
  }
}

/// Targets `t` and on of a block, on the columns from `column` on. All it is told fits in registers: what a call hands
/// over through memory would wait for the stores before it.
template <size_t targets, size_t vectors, class Work>
HWY_NOINLINE void Strip(const Work& work, const TwinBlock& block, size_t t, size_t column) {
  const uint32_t* const source = work.source + block.source;
  const size_t target = block.target + t;
  auto x = work.x;
  x.Move(column);
  Vector sum[targets][vectors];
  Sum<targets, vectors>(sum, x, source, source + block.sources, work.weight + block.weight + t, block.width);
  Finish<Work::z_counts>(sum, hn::Set(Floats(), work.cap), work.bias + target, work.y + target * work.stride + column,
                         work.stride);
}

/// A block on all columns, in strips of nearly equal width.
template <size_t targets, class Work>
HWY_INLINE void Strips(const Work& work, const TwinBlock& block, size_t vectors) {
  constexpr size_t most = most_vectors(targets);
  static constexpr void (*run[])(const Work&, const TwinBlock&, size_t, size_t) = {
      Strip<targets, 1, Work>,
      Strip<targets, std::min<size_t>(2, most), Work>,
      Strip<targets, std::min<size_t>(3, most), Work>,
      Strip<targets, std::min<size_t>(4, most), Work>,
      Strip<targets, std::min<size_t>(5, most), Work>,
      Strip<targets, std::min<size_t>(6, most), Work>,
      Strip<targets, std::min<size_t>(7, most), Work>,
      Strip<targets, most, Work>,
  };
  const size_t lanes = hn::Lanes(Floats());
  for (size_t t = 0; t < block.width; t += targets) {
    size_t column = 0;
    size_t left = vectors;
    for (size_t strips = (vectors + most - 1) / most; strips > 0; --strips) {
      const size_t wide = (left + strips - 1) / strips;
      run[wide - 1](work, block, t, column);
      column += wide * lanes;
      left -= wide;
    }
  }
}

template <class Work>
HWY_INLINE void AllBlocks(const Work& work, const std::vector<TwinBlock>& blocks, uint32_t columns) {
  const size_t lanes = hn::Lanes(Floats());
  const size_t vectors = (columns + lanes - 1) / lanes;
  for (const TwinBlock& block : blocks) {
    if (block.width == 1)
      Strips<1>(work, block, vectors);
    else if (block.width == 2)
      Strips<2>(work, block, vectors);
    else if (block.width == 4)
      Strips<4>(work, block, vectors);
    else
      Strips<at_once>(work, block, vectors);
  }
}

template <class Rows>
HWY_INLINE void AllBlocks(const TwinLayer& layer, Activation activation, Rows x, float* y, uint32_t stride,
                          uint32_t columns) {
  const bool is_challenge = activation == Activation::challenge;
  const float cap = is_challenge ? 32.0F : std::numeric_limits<float>::infinity();
  const uint32_t* const source = layer.source.data();
  const float* const weight = layer.weight.data();
  const float* const bias = layer.bias.data();
  if (is_challenge && layer.has_positive_bias)
    AllBlocks(Work<Rows, true>{source, weight, bias, x, y, stride, cap}, layer.block, columns);
  else
    AllBlocks(Work<Rows, false>{source, weight, bias, x, y, stride, cap}, layer.block, columns);
}

void Layer(const TwinLayer& layer, Activation activation, const float* x, float* y, uint32_t stride, uint32_t columns) {
  AllBlocks(layer, activation, FloatRows{x, stride}, y, stride, columns);
}

void LayerOfBits(const TwinLayer& layer, Activation activation, const uint64_t* pixels, uint32_t words, float* y,
                 uint32_t stride, uint32_t columns) {
  const BitRows x{reinterpret_cast<const uint8_t*>(pixels), words * size_t{8}};
  AllBlocks(layer, activation, x, y, stride, columns);
}

void ListStrips(uint32_t width, uint32_t columns, std::vector<TwinStrip>& list) {
  const auto lanes = static_cast<uint32_t>(hn::Lanes(Floats()));
  const auto targets = static_cast<uint32_t>(std::min<size_t>(width, at_once));
  for (uint32_t t = 0; t < width; t += targets) {
    uint32_t vectors = (columns + lanes - 1) / lanes;
    uint32_t column = 0;
    const auto most = static_cast<uint32_t>(most_vectors(targets));
    for (uint32_t strips = (vectors + most - 1) / most; strips > 0; --strips) {
      const uint32_t wide = (vectors + strips - 1) / strips;
      list.push_back({t, targets, column, wide * lanes});
      column += wide * lanes;
      vectors -= wide;
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sparsio {

HWY_EXPORT(Layer);
HWY_EXPORT(LayerOfBits);
HWY_EXPORT(ListStrips);

void twin_layer(const TwinLayer& layer, Activation activation, const float* x, float* y, uint32_t stride,
                uint32_t columns) {
  HWY_DYNAMIC_DISPATCH(Layer)(layer, activation, x, y, stride, columns);
}

void twin_layer_of_bits(const TwinLayer& layer, Activation activation, const uint64_t* pixels, uint32_t words, float* y,
                        uint32_t stride, uint32_t columns) {
  HWY_DYNAMIC_DISPATCH(LayerOfBits)(layer, activation, pixels, words, y, stride, columns);
}

std::vector<TwinStrip> twin_strips(uint32_t width, uint32_t columns) {
  std::vector<TwinStrip> list;
  HWY_DYNAMIC_DISPATCH(ListStrips)(width, columns, list);
  return list;
}

}  // namespace sparsio
#endif
