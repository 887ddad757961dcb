// Forward and s: up to six rows by two vectors of accumulators stay in registers, the weights are broadcast. Gradients
// of four targets and more: the deltas of the class are turned, so that targets are lanes and no sum runs across a
// vector. Of fewer: dot products, four sources at a time, whose sums across are made together.
#include "train/shared/train_loops.hpp"

#include <algorithm>

#include "exec/walk/clips.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/shared/train_loops.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "exec/walk/clips-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<float, 16>;
using V = hn::Vec<Tag>;
constexpr size_t B = tile_samples;

template <Clip clip, size_t rows>
HWY_INLINE void SumRows(const float* w, size_t step, const uint32_t* source, size_t sources, const float* bias,
                        const float* x, float* y) {
  const Tag f;
  const size_t lanes = hn::Lanes(f);
  for (size_t k = 0; k < B; k += 2 * lanes) {
    V low[rows], high[rows];
    for (size_t u = 0; u < rows; ++u) low[u] = high[u] = hn::Zero(f);
    const float* p = w;
    for (size_t s = 0; s < sources; ++s, p += step) {
      const float* const row = x + source[s] * B + k;
      const V x0 = hn::Load(f, row), x1 = hn::Load(f, row + lanes);
      for (size_t u = 0; u < rows; ++u) {
        const V ww = hn::Set(f, p[u]);
        low[u] = hn::MulAdd(ww, x0, low[u]);
        high[u] = hn::MulAdd(ww, x1, high[u]);
      }
    }
    for (size_t u = 0; u < rows; ++u) {
      const V b = hn::Set(f, bias[u]);
      hn::Store(Clipped<clip>(f, low[u], b), f, y + u * B + k);
      hn::Store(Clipped<clip>(f, high[u], b), f, y + u * B + k + lanes);
    }
  }
}

/// One target: four sources at a time, each with its own accumulators, or the latency of the sums would rule.
template <Clip clip>
HWY_INLINE void SumOneRow(const float* w, const uint32_t* source, size_t sources, float bias, const float* x,
                          float* y) {
  const Tag f;
  const size_t lanes = hn::Lanes(f);
  for (size_t k = 0; k < B; k += 2 * lanes) {
    V low[4], high[4];
    for (size_t u = 0; u < 4; ++u) low[u] = high[u] = hn::Zero(f);
    size_t s = 0;
    for (; s + 4 <= sources; s += 4)
      for (size_t u = 0; u < 4; ++u) {
        const float* const row = x + source[s + u] * B + k;
        const V ww = hn::Set(f, w[s + u]);
        low[u] = hn::MulAdd(ww, hn::Load(f, row), low[u]);
        high[u] = hn::MulAdd(ww, hn::Load(f, row + lanes), high[u]);
      }
    for (; s < sources; ++s) {
      const float* const row = x + source[s] * B + k;
      const V ww = hn::Set(f, w[s]);
      low[0] = hn::MulAdd(ww, hn::Load(f, row), low[0]);
      high[0] = hn::MulAdd(ww, hn::Load(f, row + lanes), high[0]);
    }
    const V b = hn::Set(f, bias);
    const V sum0 = hn::Add(hn::Add(low[0], low[1]), hn::Add(low[2], low[3]));
    const V sum1 = hn::Add(hn::Add(high[0], high[1]), hn::Add(high[2], high[3]));
    hn::Store(Clipped<clip>(f, sum0, b), f, y + k);
    hn::Store(Clipped<clip>(f, sum1, b), f, y + k + lanes);
  }
}

template <Clip clip>
void ForwardClip(const TrainClass* from, const TrainClass* to, const uint32_t* source, const float* weight,
                 const float* bias, const float* x, float* y) {
  for (; from != to; ++from) {
    const uint32_t* const of = source + from->source;
    const float* w = weight + from->weight;
    const float* b = bias + from->target;
    float* out = y + from->target * B;
    const size_t step = from->targets;
    const auto rows = [&]<size_t count>() {
      if constexpr (count == 1)
        step == 1 ? SumOneRow<clip>(w, of, from->sources, *b, x, out)
                  : SumRows<clip, 1>(w, step, of, from->sources, b, x, out);
      else
        SumRows<clip, count>(w, step, of, from->sources, b, x, out);
      w += count;
      b += count;
      out += count * B;
    };
    size_t left = step;
    if (left == 16) {  // 6 + 5 + 5: all keep the units busy
      rows.template operator()<6>();
      rows.template operator()<5>();
      rows.template operator()<5>();
      continue;
    }
    for (; left >= 6; left -= 6) rows.template operator()<6>();
    if (left == 5) rows.template operator()<5>();
    if (left == 4) rows.template operator()<4>();
    if (left == 3) rows.template operator()<3>();
    if (left == 2) rows.template operator()<2>();
    if (left == 1) rows.template operator()<1>();
  }
}

void Forward(const TrainClass* from, const TrainClass* to, const uint32_t* source, const float* weight,
             const float* bias, const Activation& activation, const float* x, float* y) {
  with_clip(activation, [&]<Clip clip>() { ForwardClip<clip>(from, to, source, weight, bias, x, y); });
}

/// s[source] += w d for `rows` sources.
template <size_t rows>
HWY_INLINE void SpreadRows(const float* w, size_t targets, const uint32_t* source, const float* d, float* s) {
  const Tag f;
  const size_t lanes = hn::Lanes(f);
  for (size_t k = 0; k < B; k += 2 * lanes) {
    V low[rows], high[rows];
    for (size_t u = 0; u < rows; ++u) {
      low[u] = hn::Load(f, s + source[u] * B + k);
      high[u] = hn::Load(f, s + source[u] * B + k + lanes);
    }
    for (size_t t = 0; t < targets; ++t) {
      const V d0 = hn::Load(f, d + t * B + k), d1 = hn::Load(f, d + t * B + k + lanes);
      for (size_t u = 0; u < rows; ++u) {
        const V ww = hn::Set(f, w[u * targets + t]);
        low[u] = hn::MulAdd(ww, d0, low[u]);
        high[u] = hn::MulAdd(ww, d1, high[u]);
      }
    }
    for (size_t u = 0; u < rows; ++u) {
      hn::Store(low[u], f, s + source[u] * B + k);
      hn::Store(high[u], f, s + source[u] * B + k + lanes);
    }
  }
}

/// The gradients of `rows` sources: `turned` has 16 targets a sample, zeros behind the last.
template <size_t rows>
HWY_INLINE void TurnedGradient(const uint32_t* source, const float* x, const float* turned, size_t targets,
                               Gradient kind, float* gradient) {
  const Tag f;
  const size_t lanes = hn::Lanes(f);
  HWY_ALIGN float sums[widest_class];
  for (size_t t = 0; t < targets; t += lanes) {
    V sum[rows];
    const float* row[rows];
    for (size_t u = 0; u < rows; ++u) {
      sum[u] = hn::Zero(f);
      row[u] = x + source[u] * B;
    }
    for (size_t b = 0; b < B; ++b) {
      const V d = hn::Load(f, turned + b * widest_class + t);
      for (size_t u = 0; u < rows; ++u) sum[u] = hn::MulAdd(hn::Set(f, row[u][b]), d, sum[u]);
    }
    for (size_t u = 0; u < rows; ++u) {
      float* const out = gradient + u * targets + t;
      if (t + lanes <= targets) {
        if (kind == Gradient::goes_on) sum[u] = hn::Add(sum[u], hn::LoadU(f, out));
        hn::StoreU(sum[u], f, out);
        continue;
      }
      hn::Store(sum[u], f, sums);
      for (size_t i = 0; t + i < targets; ++i) out[i] = kind == Gradient::goes_on ? out[i] + sums[i] : sums[i];
    }
  }
}

#if HWY_TARGET == HWY_SCALAR

/// The sums across of four vectors, which have one lane.
HWY_INLINE void SumsAcross(V a, V b, V c, V d, float* to) {
  const Tag f;
  size_t i = 0;
  for (const V one : {a, b, c, d}) hn::Store(one, f, to + i++);
}

#else

/// Halves are added until four lanes are left.
template <class D, class W>
HWY_INLINE hn::Vec<hn::CappedTag<float, 4> > FourSums(D, W v) {
  if constexpr (hn::MaxLanes(D()) > 4) {
    const hn::Half<D> half;
    return FourSums(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
  } else {
    return v;
  }
}

/// The sums across of four vectors.
HWY_INLINE void SumsAcross(V a, V b, V c, V d, float* to) {
  const Tag f;
  const hn::Repartition<double, Tag> pair;
  const auto ab = hn::BitCast(pair, hn::Add(hn::InterleaveLower(f, a, b), hn::InterleaveUpper(f, a, b)));
  const auto cd = hn::BitCast(pair, hn::Add(hn::InterleaveLower(f, c, d), hn::InterleaveUpper(f, c, d)));
  const V all =
      hn::Add(hn::BitCast(f, hn::InterleaveLower(pair, ab, cd)), hn::BitCast(f, hn::InterleaveUpper(pair, ab, cd)));
  hn::StoreU(FourSums(f, all), hn::CappedTag<float, 4>(), to);
}

#endif

/// The gradients of one target of a class of `step`, sources first..last.
void DottedGradient(const uint32_t* source, size_t sources, const float* x, const float* d, size_t step, Gradient kind,
                    float* gradient) {
  const Tag f;
  const size_t lanes = hn::Lanes(f);
  HWY_ALIGN float sums[4];
  for (size_t s = 0; s < sources; s += 4) {
    const size_t count = std::min<size_t>(4, sources - s);
    V sum[4];
    const float* row[4];
    for (size_t u = 0; u < 4; ++u) {
      row[u] = x + source[s + std::min(u, count - 1)] * B;
      sum[u] = hn::Mul(hn::Load(f, d), hn::Load(f, row[u]));
    }
    for (size_t k = lanes; k < B; k += lanes) {
      const V dk = hn::Load(f, d + k);
      for (size_t u = 0; u < 4; ++u) sum[u] = hn::MulAdd(dk, hn::Load(f, row[u] + k), sum[u]);
    }
    const bool in_place = step == 1 && count == 4 && kind == Gradient::begins;
    SumsAcross(sum[0], sum[1], sum[2], sum[3], in_place ? gradient + s : sums);
    if (in_place) continue;
    for (size_t u = 0; u < count; ++u) {
      float& out = gradient[(s + u) * step];
      out = kind == Gradient::goes_on ? out + sums[u] : sums[u];
    }
  }
}

void Backward(const TrainClass& one, uint32_t first, uint32_t last, const uint32_t* source, const float* weight,
              const float* x, const float* d, float* s, float* gradient, Gradient kind) {
  const size_t targets = one.targets;
  const uint32_t* const of = source + one.source;
  const float* const w = weight + one.weight;
  const float* const deltas = d + one.target * B;
  float* const g = gradient + one.weight;
  if (s != nullptr) {
    uint32_t at = first;
    for (; at + 6 <= last; at += 6) SpreadRows<6>(w + at * targets, targets, of + at, deltas, s);
    for (; at + 3 <= last; at += 3) SpreadRows<3>(w + at * targets, targets, of + at, deltas, s);
    for (; at < last; ++at) SpreadRows<1>(w + at * targets, targets, of + at, deltas, s);
  }
  if (targets < 4) {
    for (size_t t = 0; t < targets; ++t)
      DottedGradient(of + first, last - first, x, deltas + t * B, targets, kind, g + first * targets + t);
    return;
  }
  HWY_ALIGN float turned[B * widest_class];
  std::fill(turned, turned + B * widest_class, 0.0F);
  for (size_t t = 0; t < targets; ++t)
    for (size_t b = 0; b < B; ++b) turned[b * widest_class + t] = deltas[t * B + b];
  uint32_t at = first;
  for (; at + 8 <= last; at += 8) TurnedGradient<8>(of + at, x, turned, targets, kind, g + at * targets);
  for (; at + 4 <= last; at += 4) TurnedGradient<4>(of + at, x, turned, targets, kind, g + at * targets);
  for (; at < last; ++at) TurnedGradient<1>(of + at, x, turned, targets, kind, g + at * targets);
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sparsio {

HWY_EXPORT(Forward);
HWY_EXPORT(Backward);

void forward_classes(const TrainClass* from, const TrainClass* to, const uint32_t* source, const float* weight,
                     const float* bias, const Activation& activation, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(Forward)(from, to, source, weight, bias, activation, x, y);
}

void backward_class(const TrainClass& one, uint32_t first, uint32_t last, const uint32_t* source, const float* weight,
                    const float* x, const float* d, float* s, float* gradient, Gradient kind) {
  HWY_DYNAMIC_DISPATCH(Backward)(one, first, last, source, weight, x, d, s, gradient, kind);
}

}  // namespace sparsio
#endif
