// The idea: a source that two targets share is loaded once for two multiply-adds, and two targets at once are enough
// sums in registers that no addition waits for the one before. A panel as wide as a strip is taken as it lies. Of
// another one, sources are copied, a block on a strip at a time, to where they are contiguous: rows that are a multiple
// of 256 bytes apart would share a few sets of the L1, and offsets would not fit in 16 bits. All that tells the loop
// what to do comes in streams, in the order of use.
#include "exec/kernel/row_pairs/row_pairs_loops.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "exec/walk/curves.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/kernel/row_pairs/row_pairs_loops.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "exec/walk/clips-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
/// For up to eight columns: where vectors are whole lines, twice as many halves are loaded and shuffled in a cycle.
using HalfLine = hn::CappedTag<float, PairShape::half_line>;

/// Whether sums are in y already, and whether values go there.
enum class From { nothing, sums };
enum class To { sums, values };

/// One block on one strip.
struct Work {
  const RowPair* pair;
  const RowPair* end;
  const uint16_t* offset;
  const float* weight;
  const float* bias;
  const float* x;  // the block's first source
  char* y;
  size_t row_bytes;
  From from;
  uint32_t lines_ahead;
};

/// A value that has to be in a register. Left alone, g++ loads a source of both targets twice, as an operand of each
/// multiply-add, and loads are what limits the loop. A member of an object would be spilled.
template <class V>
HWY_INLINE V InRegister(V value) {
#if HWY_ARCH_X86 && HWY_TARGET < HWY_EMU128
  auto raw = value.raw;
  asm("" : "+v"(raw));
  return V{raw};
#else
  return value;
#endif
}

/// Four offsets by one load.
struct FourOffsets {
  uint16_t first, second, third, fourth;

  HWY_INLINE explicit FourOffsets(const uint16_t* offset) {
    if constexpr (std::endian::native == std::endian::little) {
      uint64_t all = 0;
      std::memcpy(&all, offset, sizeof(all));
      first = static_cast<uint16_t>(all);
      second = Shifted<16>(all);
      third = Shifted<32>(all);
      fourth = Shifted<48>(all);
    } else {
      first = offset[0], second = offset[1], third = offset[2], fourth = offset[3];
    }
  }

 private:
  /// Left alone, g++ makes one shift of this one and the one that the address needs, and then needs a mask as well.
  template <int bits>
  static HWY_INLINE uint16_t Shifted(uint64_t all) {
    uint64_t part = all >> bits;
    asm("" : "+r"(part));
    return static_cast<uint16_t>(part);
  }
};

/// sum += weight * values
template <class V, size_t vectors>
HWY_INLINE void Add(V weight, const float* values, V (&sum)[vectors]) {
  const hn::DFromV<V> f;
#pragma GCC unroll 8
  for (size_t v = 0; v < vectors; ++v) sum[v] = hn::MulAdd(weight, hn::Load(f, values + v * hn::Lanes(f)), sum[v]);
}

/// Fetches lines of a stream that may have ended before: an address is not a pointer, which may not leave its array.
HWY_INLINE void PrefetchLines(const void* stream, size_t first, size_t lines) {
  constexpr size_t line = 64;
  const uintptr_t at = reinterpret_cast<uintptr_t>(stream) + first * line;
#pragma GCC unroll 2
  for (size_t l = 0; l < lines; ++l) hwy::Prefetch(reinterpret_cast<const char*>(at + l * line));
}

/// What a pair some way ahead will use of the streams. Where weights come from the L3 or from memory, the core's own
/// prefetchers stop at every page.
HWY_INLINE void PrefetchStreams(const float* weight, const uint16_t* offset, uint32_t lines) {
  constexpr size_t ahead = 16;
  if (lines >= 2) {
    PrefetchLines(weight, ahead, 2);
    PrefetchLines(offset, ahead, 1);
  }
  if (lines >= 4) {
    PrefetchLines(weight, ahead + 2, 2);
    PrefetchLines(offset, ahead + 1, 1);
  }
}

template <class F, size_t vectors, To to, Clip clip>
HWY_NOINLINE void Pairs(const Work& work) {
  using Vector = hn::Vec<F>;
  const F f;
  const size_t lanes = hn::Lanes(f);
  const auto x = [from = reinterpret_cast<const char*>(work.x)](uint16_t at) {
    return reinterpret_cast<const float*>(from + size_t{at} * offset_bytes);
  };
  const uint16_t* offset = work.offset;
  const float* weight = work.weight;
  const float* bias = work.bias;
  const auto row = [&work](uint32_t r) { return reinterpret_cast<float*>(work.y + r * work.row_bytes); };
  for (const RowPair* pair = work.pair; pair != work.end; ++pair) {
    float* const y0 = row(pair->row[0]);
    float* const y1 = row(pair->row[1]);
    PrefetchStreams(weight, offset, work.lines_ahead);
    Vector sum0[vectors], sum1[vectors];
    if (work.from == From::nothing) {
#pragma GCC unroll 8
      for (size_t v = 0; v < vectors; ++v) sum0[v] = sum1[v] = hn::Zero(f);
    } else {
      const float* const next0 = row(pair[2].row[0]);
      const float* const next1 = row(pair[2].row[1]);
      // Every second line: prefetches take the places of loads, and those of all lines cost 1 %.
#pragma GCC unroll 8
      for (size_t at = 0; at < vectors; at += std::max<size_t>(1, 32 / hn::MaxLanes(f))) {
        hwy::Prefetch(next0 + at * lanes);
        hwy::Prefetch(next1 + at * lanes);
      }
#pragma GCC unroll 8
      for (size_t v = 0; v < vectors; ++v) {
        sum0[v] = hn::Load(f, y0 + v * lanes);
        sum1[v] = hn::Load(f, y1 + v * lanes);
      }
    }
    for (const uint16_t* const end = offset + pair->shared; offset != end; ++offset, weight += 2) {
      const float* const values = x(*offset);
      const Vector w0 = hn::Set(f, weight[0]);
      const Vector w1 = hn::Set(f, weight[1]);
#pragma GCC unroll 8
      for (size_t v = 0; v < vectors; ++v) {
        const Vector value = InRegister(hn::Load(f, values + v * lanes));
        sum0[v] = hn::MulAdd(w0, value, sum0[v]);
        sum1[v] = hn::MulAdd(w1, value, sum1[v]);
      }
    }
    // Loads are what limits these steps: one for the weights of two steps, and shuffles, are 3 to 5 % faster than four,
    // and one for their offsets 1 % more.
    constexpr bool has_blocks_of_four = hn::MaxLanes(f) >= 4;
    size_t steps = pair->singles;
    if constexpr (has_blocks_of_four) {
      for (const uint16_t* const end = offset + 4 * (steps / 2); offset != end; offset += 4, weight += 4) {
        const Vector four = InRegister(hn::LoadDup128(f, weight));
        const FourOffsets at(offset);
        Add(hn::Broadcast<0>(four), x(at.first), sum0);
        Add(hn::Broadcast<1>(four), x(at.second), sum1);
        Add(hn::Broadcast<2>(four), x(at.third), sum0);
        Add(hn::Broadcast<3>(four), x(at.fourth), sum1);
      }
      steps %= 2;
    }
    for (const uint16_t* const end = offset + 2 * steps; offset != end; offset += 2, weight += 2) {
      Add(hn::Set(f, weight[0]), x(offset[0]), sum0);
      Add(hn::Set(f, weight[1]), x(offset[1]), sum1);
    }
    for (const uint16_t* const end = offset + pair->rest; offset != end; ++offset, ++weight)
      Add(hn::Set(f, *weight), x(*offset), sum0);
    if constexpr (to == To::values) {
      const Vector b0 = hn::Set(f, bias[0]);
      const Vector b1 = hn::Set(f, bias[1]);
      bias += 2;
#pragma GCC unroll 8
      for (size_t v = 0; v < vectors; ++v) {
        sum0[v] = Clipped<clip>(f, sum0[v], b0);
        sum1[v] = Clipped<clip>(f, sum1[v], b1);
      }
    }
    // The first last: a target without a partner is its own second.
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; ++v) hn::Store(sum1[v], f, y1 + v * lanes);
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; ++v) hn::Store(sum0[v], f, y0 + v * lanes);
  }
}

/// Sources of a block on a strip.
HWY_INLINE void Pack(const uint32_t* row, const uint32_t* end, const float* x, size_t stride, size_t vectors,
                     size_t pitch, float* packed) {
  const Floats f;
  const size_t lanes = hn::Lanes(f);
  for (; row != end; ++row, packed += pitch) {
    const float* const from = x + *row * stride;
    for (size_t v = 0; v < vectors; ++v) hn::Store(hn::Load(f, from + v * lanes), f, packed + v * lanes);
  }
}

template <Clip clip>
void AllBlocks(const PairedLayer& layer, const float* x, float* y, size_t stride, uint32_t columns) {
  // By vectors, but the first, which is for a few columns.
  constexpr void (*add[])(const Work&) = {
      Pairs<HalfLine, 1, To::sums, Clip::as_is>, Pairs<Floats, 1, To::sums, Clip::as_is>,
      Pairs<Floats, 2, To::sums, Clip::as_is>,   Pairs<Floats, 3, To::sums, Clip::as_is>,
      Pairs<Floats, 4, To::sums, Clip::as_is>,   Pairs<Floats, 5, To::sums, Clip::as_is>,
      Pairs<Floats, 6, To::sums, Clip::as_is>};
  constexpr void (*finish[])(const Work&) = {Pairs<HalfLine, 1, To::values, clip>, Pairs<Floats, 1, To::values, clip>,
                                             Pairs<Floats, 2, To::values, clip>,   Pairs<Floats, 3, To::values, clip>,
                                             Pairs<Floats, 4, To::values, clip>,   Pairs<Floats, 5, To::values, clip>,
                                             Pairs<Floats, 6, To::values, clip>};
  static_assert(std::size(add) == 1 + PairShape::most_vectors);
  HWY_ALIGN float packed[most_block_bytes / sizeof(float)];
  const size_t lanes = hn::Lanes(Floats());
  const size_t pitch = layer.shape.pitch() / sizeof(float);
  const bool is_in_place = layer.is_in_rows && stride == pitch;
  const bool is_narrow = columns <= hn::Lanes(HalfLine());
  const float* bias = layer.bias.data();
  for (size_t first = 0; first < layer.block.size(); first += layer.source_blocks) {
    const size_t last = first + layer.source_blocks - 1;
    size_t column = 0;
    for (uint32_t left = static_cast<uint32_t>((columns + lanes - 1) / lanes); left > 0;) {
      const uint32_t vectors = next_strip(left, layer.shape.vectors);
      for (size_t b = first; b <= last; ++b) {
        const PairBlock& block = layer.block[b];
        const uint32_t* const sources = layer.source_row.data() + block.first_source;
        if (!is_in_place) Pack(sources, sources + block.sources, x + column, stride, vectors, pitch, packed);
        const RowPair* const pair = layer.pair.data() + block.pair;
        const Work work = {pair,
                           pair + block.pairs,
                           layer.offset.data() + block.offset,
                           layer.weight.data() + block.weight,
                           bias,
                           is_in_place ? x + block.first_source * stride : packed,
                           reinterpret_cast<char*>(y + column),
                           stride * sizeof(float),
                           b == first ? From::nothing : From::sums,
                           layer.lines_ahead};
        (b == last ? finish : add)[is_narrow ? 0 : vectors](work);
      }
      column += vectors * lanes;
      left -= vectors;
    }
    bias += 2 * size_t{layer.block[last].pairs};
  }
}

void Layer(const PairedLayer& layer, const Activation& activation, const float* x, float* y, uint32_t stride,
           uint32_t columns) {
  with_clip(activation, [&]<Clip clip>() { AllBlocks<clip>(layer, x, y, stride, columns); });
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sparsio {

HWY_EXPORT(Layer);

void paired_layer(const PairedLayer& layer, const Activation& activation, const float* x, float* y, uint32_t stride,
                  uint32_t columns) {
  HWY_DYNAMIC_DISPATCH(Layer)(layer, activation, x, y, stride, columns);
  const uint32_t* const row = layer.target_row.empty() ? nullptr : layer.target_row.data();
  curve_rows(y, {layer.targets, row}, stride, columns, activation);
}

}  // namespace sparsio
#endif
