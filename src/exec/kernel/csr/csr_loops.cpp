// The idea: a row of the panel is a few vectors; the accumulators of one target stay in registers while its sources
// stream through. Per connection and vector it is one load and one fused multiply-add, so the load ports are the limit.
#include "exec/kernel/csr/csr_loops.hpp"

#include <algorithm>

#include "exec/walk/curves.hpp"
#include "exec/walk/panel_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/kernel/csr/csr_loops.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "exec/walk/clips-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;

/// All targets on `vectors` vectors of the panel. x and y point at the first of them.
template <Clip clip, size_t vectors>
HWY_NOINLINE void Strip(const CsrLayer layer, const float* x, float* y, size_t stride) {
  const Floats f;
  const size_t lanes = hn::Lanes(f);
  using V = decltype(hn::Zero(f));
  for (uint32_t t = 0; t < layer.targets; ++t) {
    V sum0 = hn::Zero(f), sum1 = sum0, sum2 = sum0, sum3 = sum0, sum4 = sum0, sum5 = sum0, sum6 = sum0, sum7 = sum0;
    const CsrConnection* const end = layer.connection + layer.begin[t + 1];
    for (const CsrConnection* c = layer.connection + layer.begin[t]; c != end; ++c) {
      const V weight = hn::Set(f, c->weight);
      const float* const row = x + c->source * stride;
      sum0 = hn::MulAdd(weight, hn::LoadU(f, row), sum0);
      if constexpr (vectors > 1) sum1 = hn::MulAdd(weight, hn::LoadU(f, row + lanes), sum1);
      if constexpr (vectors > 2) sum2 = hn::MulAdd(weight, hn::LoadU(f, row + 2 * lanes), sum2);
      if constexpr (vectors > 3) sum3 = hn::MulAdd(weight, hn::LoadU(f, row + 3 * lanes), sum3);
      if constexpr (vectors > 4) sum4 = hn::MulAdd(weight, hn::LoadU(f, row + 4 * lanes), sum4);
      if constexpr (vectors > 5) sum5 = hn::MulAdd(weight, hn::LoadU(f, row + 5 * lanes), sum5);
      if constexpr (vectors > 6) sum6 = hn::MulAdd(weight, hn::LoadU(f, row + 6 * lanes), sum6);
      if constexpr (vectors > 7) sum7 = hn::MulAdd(weight, hn::LoadU(f, row + 7 * lanes), sum7);
    }
    const V bias = hn::Set(f, layer.bias[t]);
    float* const out = y + (layer.row == nullptr ? t : layer.row[t]) * stride;
    hn::StoreU(Clipped<clip>(f, sum0, bias), f, out);
    if constexpr (vectors > 1) hn::StoreU(Clipped<clip>(f, sum1, bias), f, out + lanes);
    if constexpr (vectors > 2) hn::StoreU(Clipped<clip>(f, sum2, bias), f, out + 2 * lanes);
    if constexpr (vectors > 3) hn::StoreU(Clipped<clip>(f, sum3, bias), f, out + 3 * lanes);
    if constexpr (vectors > 4) hn::StoreU(Clipped<clip>(f, sum4, bias), f, out + 4 * lanes);
    if constexpr (vectors > 5) hn::StoreU(Clipped<clip>(f, sum5, bias), f, out + 5 * lanes);
    if constexpr (vectors > 6) hn::StoreU(Clipped<clip>(f, sum6, bias), f, out + 6 * lanes);
    if constexpr (vectors > 7) hn::StoreU(Clipped<clip>(f, sum7, bias), f, out + 7 * lanes);
  }
}

template <Clip clip>
void AllStrips(const CsrLayer& layer, const float* x, float* y, size_t stride, uint32_t columns) {
  constexpr void (*strips[])(CsrLayer, const float*, float*, size_t) = {Strip<clip, 1>, Strip<clip, 2>, Strip<clip, 3>,
                                                                        Strip<clip, 4>, Strip<clip, 5>, Strip<clip, 6>,
                                                                        Strip<clip, 7>, Strip<clip, 8>};
  const size_t lanes = hn::Lanes(Floats());
  for (size_t left = (columns + lanes - 1) / lanes; left > 0;) {
    const size_t vectors = std::min<size_t>(left, 8);
    strips[vectors - 1](layer, x, y, stride);
    x += vectors * lanes;
    y += vectors * lanes;
    left -= vectors;
  }
}

void Layer(const CsrLayer& layer, const Activation& activation, const float* x, float* y, uint32_t stride,
           uint32_t columns) {
  with_clip(activation, [&]<Clip clip>() { AllStrips<clip>(layer, x, y, stride, columns); });
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sparsio {

HWY_EXPORT(Layer);

void csr_layer(const CsrLayer& layer, const Activation& activation, const float* x, float* y, uint32_t stride,
               uint32_t columns) {
  HWY_DYNAMIC_DISPATCH(Layer)(layer, activation, x, y, stride, columns);
  curve_rows(y, {layer.targets, layer.row}, stride, columns, activation);
}

uint32_t csr_strip_columns() {
  return 8 * simd_lanes();
}

}  // namespace sparsio
#endif
