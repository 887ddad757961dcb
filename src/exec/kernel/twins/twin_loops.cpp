// The idea: the values of a source are loaded once for several targets, and a weight once for several vectors of
// inputs. Eight targets by two or three vectors fill 16 or 24 of the 32 registers of AVX-512: a source costs 2 + 8
// loads and 16 fused multiply-adds, so the arithmetic is the limit and no longer the load ports, which is what stops
// compressed sparse rows at one load a multiply-add. With 16 registers it is four targets by three vectors.
#include "exec/kernel/twins/twin_loops.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <type_traits>

#include "exec/walk/clips.hpp"
#include "exec/walk/curves.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/kernel/twins/twin_loops.cpp"
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

/// Where there is a choice: registers are left for the last sources (StoreInTurn).
constexpr size_t best_vectors(size_t targets) {
  return targets == 8 ? 2 : most_vectors(targets);
}

/// Values of sources as rows of floats; those of targets go to rows of the same buffer. No more than fits in registers
/// when it is handed over.
struct FloatRows {
  float* panel;
  size_t row_bytes;

  HWY_INLINE float* Row(uint32_t row) const {
    return reinterpret_cast<float*>(reinterpret_cast<char*>(panel) + row * row_bytes);
  }
  HWY_INLINE Vector Load(const float* row, size_t column) const { return hn::LoadU(Floats(), row + column); }
  HWY_INLINE float* Result(uint32_t row) const { return Row(row); }
  HWY_INLINE void Move(size_t columns) { panel += columns; }
};

/// Of the lanes of up to eight columns: the bit of each in a byte, and 1.0.
struct LaneBits {
  alignas(32) uint32_t bit[8] = {1, 2, 4, 8, 16, 32, 64, 128};
  alignas(32) uint32_t one[8] = {0x3F800000, 0x3F800000, 0x3F800000, 0x3F800000,
                                 0x3F800000, 0x3F800000, 0x3F800000, 0x3F800000};
};
constexpr LaneBits lane_bits;

/// Values of sources as rows of bits, 0 or 1, the first column in the lowest bit of the first byte.
struct BitRows {
  const uint8_t* bytes;
  size_t row_bytes;
  float* panel;
  size_t stride;
  size_t first = 0;  // column

  HWY_INLINE const uint8_t* Row(uint32_t source) const { return bytes + source * row_bytes; }
  HWY_INLINE Vector Load(const uint8_t* row, size_t column) const {
    const Floats f;
    const uint8_t* const at = row + (first + column) / 8;
    if constexpr (has_32_registers) {
      const auto one = hn::Set(f, 1.0F);
      if (hn::Lanes(f) >= 8) return hn::IfThenElseZero(hn::LoadMaskBits(f, at), one);
      uint8_t bits[8] = {static_cast<uint8_t>(*at >> ((first + column) % 8))};
      return hn::IfThenElseZero(hn::LoadMaskBits(f, bits), one);
    } else {
      // The sums need the registers that constants would take, so the compiler may not know that these are constant.
      const LaneBits* constants = &lane_bits;
      asm("" : "+r"(constants));
      const hn::RebindToUnsigned<Floats> u;
      const auto byte = hn::Set(u, uint32_t{*at});
      const auto bit = hn::Load(u, constants->bit + (first + column) % 8);
      return hn::BitCast(f, hn::And(hn::VecFromMask(u, hn::Eq(hn::And(byte, bit), bit)), hn::Load(u, constants->one)));
    }
  }
  HWY_INLINE float* Result(uint32_t row) const { return panel + row * stride + first; }
  HWY_INLINE void Move(size_t columns) { first += columns; }
};

/// How a sum z becomes a value. It is part of the types below because a branch between two ways costs registers that
/// the sums need.
enum class Finish {
  by_sum,  // min(cap, max(0, z + b)): relu, and the challenge's rule where no bias is positive
  if_fed,  // the same where z != 0, else 0: the challenge's rule
  as_is,   // z + b: identity
};

/// A layer, and where its values are.
template <class SourceRows, Finish how>
struct Work {
  using Rows = SourceRows;
  static constexpr Finish finish = how;

  const uint32_t* source;
  const float* weight;
  const float* bias;
  const uint32_t* row;
  float cap;  // infinity: none
  Rows rows;
  const TwinBlock* last;  // of the kernel
};

template <Finish how>
HWY_INLINE Vector Activate(Vector sum, Vector bias, Vector cap) {
  const Floats f;
  const Vector zero = hn::Zero(f);
  Vector y = hn::Add(sum, bias);
  switch (how) {
    case Finish::by_sum:
      y = hn::Min(hn::Max(y, zero), cap);
      break;
    case Finish::if_fed:
      y = hn::IfThenElseZero(hn::Ne(sum, zero), hn::Min(hn::Max(y, zero), cap));
      break;
    case Finish::as_is:
      y = hn::Add(y, zero);
      break;
  }
  return y;
}

/// The results of one target.
template <Finish how, size_t vectors, class Rows>
HWY_INLINE void Store(const Vector (&sum)[vectors], float bias, Vector cap, uint32_t row, Rows rows) {
  const Floats f;
  const size_t lanes = hn::Lanes(f);
  const Vector b = hn::Set(f, bias);
  float* HWY_RESTRICT const to = rows.Result(row);
#pragma GCC unroll 8
  for (size_t v = 0; v < vectors; ++v) hn::StoreU(Activate<how>(sum[v], b, cap), f, to + v * lanes);
}

/// Asks for the values of a source on the columns that the rows begin with.
template <size_t vectors, class Rows>
HWY_INLINE void AskFor(Rows rows, uint32_t source) {
  const auto* const row = rows.Row(source);
#pragma GCC unroll 8
  for (size_t v = 0; v < vectors; ++v) hwy::Prefetch(row + v * hn::Lanes(Floats()));
}

/// Adds sources up to `end` to the sums of some targets of a block, on the columns that the rows begin with. Unless it
/// is 0, the source that stands `ahead` of each in the list is asked for.
template <size_t targets, size_t vectors, size_t width, class Rows>
HWY_INLINE void Add(Vector (&sum)[targets][vectors], Rows rows, const uint32_t*& source, const uint32_t* end,
                    const float*& weight, ptrdiff_t ahead) {
  const Floats f;
  const size_t lanes = hn::Lanes(f);
  for (; source != end; ++source, weight += width) {
    const auto* const row = rows.Row(*source);
    if constexpr (targets >= 4)
      if (ahead != 0) AskFor<vectors>(rows, source[ahead]);
    // The weights are a stream, wanted long after they are asked for.
    if constexpr (targets >= 4) hwy::Prefetch(weight + 512);
    Vector value[vectors];
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; ++v) value[v] = rows.Load(row, v * lanes);
#pragma GCC unroll 8
    for (size_t t = 0; t < targets; ++t) {
      const Vector w = hn::Set(f, weight[t]);
#pragma GCC unroll 8
      for (size_t v = 0; v < vectors; ++v) sum[t][v] = hn::MulAdd(w, value[v], sum[t][v]);
    }
  }
}

/// How many sources a strip leaves for its end: as many as the registers beside the sums can hold.
template <size_t targets, size_t vectors>
constexpr size_t last_sources = (has_32_registers && targets == at_once && vectors <= 2) ? 5 : 0;

/// Gives the last sources to one target after the other and stores each when it is done. Were all sums finished at
/// once, their additions and comparisons, which wait for the last products, would fill the core's schedulers, and the
/// next strip's multiply-adds could not enter: 1 to 1.5 % with 32 sources.
template <size_t targets, size_t vectors, size_t width, Finish how, size_t lasts, class Rows>
HWY_INLINE void StoreInTurn(Vector (&sum)[targets][vectors], Rows rows, const uint32_t* source, const float* weight,
                            const float* bias, Vector cap, const uint32_t* row, ptrdiff_t ahead) {
  const Floats f;
  const size_t lanes = hn::Lanes(f);
  if (ahead != 0)
    for (size_t k = 0; k < lasts; ++k) AskFor<vectors>(rows, (source + ahead)[k]);
  Vector value[lasts][vectors];
#pragma GCC unroll 8
  for (size_t k = 0; k < lasts; ++k)
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; ++v) value[k][v] = rows.Load(rows.Row(source[k]), v * lanes);
#pragma GCC unroll 8
  for (size_t t = 0; t < targets; ++t) {
#pragma GCC unroll 8
    for (size_t k = 0; k < lasts; ++k) {
      const Vector w = hn::Set(f, weight[k * width + t]);
#pragma GCC unroll 8
      for (size_t v = 0; v < vectors; ++v) sum[t][v] = hn::MulAdd(w, value[k][v], sum[t][v]);
    }
    Store<how>(sum[t], bias[t], cap, row[t], rows);
  }
}

/// Some targets of a block on some columns. What the sums need is told in registers: what a call hands over through
/// memory would wait for the stores before it.
template <size_t targets, size_t vectors, size_t width, Finish how, class Rows>
HWY_NOINLINE void Strip(Rows rows, const uint32_t* source, const uint32_t* end, const float* weight, const float* bias,
                        float cap, const uint32_t* row, ptrdiff_t ahead) {
  const Floats f;
  const Vector caps = hn::Set(f, cap);
  Vector sum[targets][vectors];
#pragma GCC unroll 8
  for (size_t t = 0; t < targets; ++t)
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; ++v) sum[t][v] = hn::Zero(f);
  constexpr size_t lasts = last_sources<targets, vectors>;
  if constexpr (lasts > 0) {
    if (static_cast<size_t>(end - source) >= lasts) {
      Add<targets, vectors, width>(sum, rows, source, end - lasts, weight, ahead);
      StoreInTurn<targets, vectors, width, how, lasts>(sum, rows, source, weight, bias, caps, row, ahead);
      return;
    }
  }
  Add<targets, vectors, width>(sum, rows, source, end, weight, ahead);
#pragma GCC unroll 8
  for (size_t t = 0; t < targets; ++t) Store<how>(sum[t], bias[t], caps, row[t], rows);
}

/// The columns of a panel in strips of nearly equal width: `wides` of `wide` vectors, then `narrows` of one less.
struct Cut {
  Cut(size_t vectors, size_t targets) {
    const size_t best = best_vectors(targets);
    const size_t most = most_vectors(targets);
    const size_t strips = std::max({size_t{1}, vectors / best, (vectors + most - 1) / most});
    wide = (vectors + strips - 1) / strips;
    narrows = wide * strips - vectors;
    wides = strips - narrows;
  }

  size_t wide;
  size_t wides;
  size_t narrows;
};

/// From the sources of a block to those of the next in the list; 0: there is nothing to ask for.
///
/// Where a layer's values leave L2, a core waits for rows that lie anywhere; it has work enough to have asked for them
/// a block ahead, some with each source, since many at once would hold up loads that are wanted now. 65536 neurons, 24
/// layers, panel 48, two threads: 0.45 of the peak without, 0.70 with; 16384, 20 layers: 0.77, 0.85; in cache nothing.
template <class Rows>
HWY_INLINE ptrdiff_t SourcesAhead(const TwinBlock& block, const TwinBlock* last) {
  if (!std::is_same_v<Rows, FloatRows> || &block == last) return 0;
  const TwinBlock& next = *(&block + 1);
  return next.sources < block.sources ? 0 : static_cast<ptrdiff_t>(next.source) - static_cast<ptrdiff_t>(block.source);
}

/// A block on all columns.
template <size_t targets, size_t wide, size_t width, class Work>
HWY_INLINE void Block(const Work& work, const TwinBlock& block, const Cut& cut) {
  const size_t lanes = hn::Lanes(Floats());
  const uint32_t* const source = work.source + block.source;
  ptrdiff_t ahead = SourcesAhead<typename Work::Rows>(block, work.last);
  for (size_t t = 0; t < width; t += targets, ahead = 0) {
    const float* const weight = work.weight + block.weight + t;
    const float* const bias = work.bias + block.target + t;
    const uint32_t* const row = work.row + block.target + t;
    const float cap = work.cap;
    auto rows = work.rows;
    for (size_t left = cut.wides; left > 0; --left, rows.Move(wide * lanes))
      Strip<targets, wide, width, Work::finish>(rows, source, source + block.sources, weight, bias, cap, row, ahead);
    if constexpr (wide > 1)
      for (size_t left = cut.narrows; left > 0; --left, rows.Move((wide - 1) * lanes))
        Strip<targets, wide - 1, width, Work::finish>(rows, source, source + block.sources, weight, bias, cap, row,
                                                      ahead);
  }
}

/// Neighbouring blocks of one width, as many as there are; the first that is different.
template <size_t targets, size_t wide, size_t width, class Work>
HWY_NOINLINE const TwinBlock* Blocks(const Work& work, const TwinBlock* block, const TwinBlock* end, const Cut& cut) {
  for (; block != end && block->width == width; ++block) Block<targets, wide, width>(work, *block, cut);
  return block;
}

HWY_INLINE sparsio::Rows RowsOf(const TwinLayer& layer, const TwinPart& part) {
  return {part.end_target - part.first_target, layer.row.data() + part.first_target};
}

/// How blocks of one width are run on the panel at hand.
template <class Work>
struct Runner {
  Cut cut;
  const TwinBlock* (*run)(const Work&, const TwinBlock*, const TwinBlock*, const Cut&);
};

template <size_t width, class Work>
Runner<Work> RunnerOf(size_t vectors) {
  constexpr size_t targets = std::min(width, at_once);
  constexpr size_t most = most_vectors(targets);
  static constexpr decltype(Runner<Work>::run) run[] = {
      Blocks<targets, 1, width, Work>,
      Blocks<targets, std::min<size_t>(2, most), width, Work>,
      Blocks<targets, std::min<size_t>(3, most), width, Work>,
      Blocks<targets, std::min<size_t>(4, most), width, Work>,
      Blocks<targets, std::min<size_t>(5, most), width, Work>,
      Blocks<targets, std::min<size_t>(6, most), width, Work>,
      Blocks<targets, std::min<size_t>(7, most), width, Work>,
      Blocks<targets, most, width, Work>,
  };
  const Cut cut(vectors, targets);
  return {cut, run[cut.wide - 1]};
}

/// How the blocks of a part are run on the panel at hand.
template <class Work>
struct PartRunner {
  PartRunner(const Work& to_do, size_t vectors)
      : work(to_do),
        of_width{RunnerOf<1, Work>(vectors), RunnerOf<2, Work>(vectors), RunnerOf<4, Work>(vectors),
                 RunnerOf<TwinLayer::widest_block, Work>(vectors)} {}

  void Run(const TwinBlock* block, const TwinBlock* end) const {
    while (block != end) {
      const Runner<Work>& runner = of_width[std::countr_zero(block->width)];
      block = runner.run(work, block, end, runner.cut);
    }
  }

  Work work;
  Runner<Work> of_width[4];
};

/// The same for sources of one kind, however the sums become values. What is not needed is not made.
template <class Rows>
class Runners {
 public:
  Runners(const TwinLayer& layer, Rows rows, size_t vectors) : layer_(layer), rows_(rows), vectors_(vectors) {}

  void Run(const TwinPart& part) {
    switch (clip_of(part.activation)) {
      case Clip::as_is:
        return Run(as_is_, part);
      case Clip::relu:
        return Run(by_sum_, part);
      case Clip::challenge:
        return part.has_positive_bias ? Run(if_fed_, part) : Run(by_sum_, part);
    }
  }

 private:
  template <Finish how>
  void Run(std::optional<PartRunner<Work<Rows, how>>>& runner, const TwinPart& part) {
    if (!runner)
      runner.emplace(Work<Rows, how>{layer_.source.data(), layer_.weight.data(), layer_.bias.data(), layer_.row.data(),
                                     0, rows_, layer_.block.empty() ? nullptr : &layer_.block.back()},
                     vectors_);
    runner->work.cap = rule_of(part.activation).cap;
    runner->Run(layer_.block.data() + part.first, layer_.block.data() + part.end);
  }

  const TwinLayer& layer_;
  Rows rows_;
  size_t vectors_;
  std::optional<PartRunner<Work<Rows, Finish::by_sum>>> by_sum_;
  std::optional<PartRunner<Work<Rows, Finish::if_fed>>> if_fed_;
  std::optional<PartRunner<Work<Rows, Finish::as_is>>> as_is_;
};

size_t Vectors(uint32_t columns) {
  const size_t lanes = hn::Lanes(Floats());
  return (columns + lanes - 1) / lanes;
}

void Parts(const TwinLayer& layer, std::span<const TwinPart> parts, float* panel, uint32_t stride, uint32_t columns) {
  Runners<FloatRows> floats(layer, {panel, stride * sizeof(float)}, Vectors(columns));
  for (const TwinPart& part : parts) {
    floats.Run(part);
    curve_rows(panel, RowsOf(layer, part), stride, columns, part.activation);
  }
}

void PartsOfBits(const TwinLayer& layer, std::span<const TwinPart> parts, const BitSources& bits, float* panel,
                 uint32_t stride, uint32_t columns) {
  Runners<BitRows> first(layer, {reinterpret_cast<const uint8_t*>(bits.pixels), bits.words * size_t{8}, panel, stride},
                         Vectors(columns));
  Runners<FloatRows> others(layer, {panel, stride * sizeof(float)}, Vectors(columns));
  for (const TwinPart& part : parts) {
    if (part.layer == 0)
      first.Run(part);
    else
      others.Run(part);
    curve_rows(panel, RowsOf(layer, part), stride, columns, part.activation);
  }
}

void ListStrips(uint32_t width, uint32_t columns, std::vector<TwinStrip>& list) {
  const auto lanes = static_cast<uint32_t>(hn::Lanes(Floats()));
  const auto targets = static_cast<uint32_t>(std::min<size_t>(width, at_once));
  const Cut cut((columns + lanes - 1) / lanes, targets);
  for (uint32_t t = 0; t < width; t += targets) {
    uint32_t column = 0;
    for (size_t k = 0; k < cut.wides + cut.narrows; ++k) {
      const auto wide = static_cast<uint32_t>(k < cut.wides ? cut.wide : cut.wide - 1);
      list.push_back({t, targets, column, wide * lanes});
      column += wide * lanes;
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sparsio {

HWY_EXPORT(Parts);
HWY_EXPORT(PartsOfBits);
HWY_EXPORT(ListStrips);

void twin_parts(const TwinLayer& layer, std::span<const TwinPart> parts, const BitSources& bits, float* panel,
                uint32_t stride, uint32_t columns) {
  if (bits.pixels == nullptr)
    HWY_DYNAMIC_DISPATCH(Parts)(layer, parts, panel, stride, columns);
  else
    HWY_DYNAMIC_DISPATCH(PartsOfBits)(layer, parts, bits, panel, stride, columns);
}

std::vector<TwinStrip> twin_strips(uint32_t width, uint32_t columns) {
  std::vector<TwinStrip> list;
  HWY_DYNAMIC_DISPATCH(ListStrips)(width, columns, list);
  return list;
}

}  // namespace sparsio
#endif
