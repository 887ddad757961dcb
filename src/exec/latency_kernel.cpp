// The idea: with one input there is nothing to share a weight with, so the stream of weights and indices is the limit.
// The inputs of the layer stay in the cache and are gathered, a vector of connections at a time; the stream is asked
// for well ahead.
#include "exec/latency_kernel.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/latency_kernel.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void Targets(const LatencyLayer& layer, Activation activation, const float* x, float* y, uint32_t first,
             uint32_t targets) {
  const hn::ScalableTag<float> f;
  const hn::RebindToSigned<decltype(f)> i;
  const uint32_t lanes = static_cast<uint32_t>(hn::Lanes(f));
  constexpr uint32_t ahead = 512;  // connections
  for (uint32_t t = first; t < first + targets; ++t) {
    auto sum0 = hn::Zero(f);
    auto sum1 = hn::Zero(f);
    const uint32_t end = layer.begin[t + 1];
    uint32_t k = layer.begin[t];
    for (; k + 2 * lanes <= end; k += 2 * lanes) {
      hwy::Prefetch(layer.weight + k + ahead);
      hwy::Prefetch(layer.weight + k + ahead + lanes);
      hwy::Prefetch(layer.source + k + ahead);
      hwy::Prefetch(layer.source + k + ahead + lanes);
      const auto x0 = hn::GatherIndex(f, x, hn::LoadU(i, layer.source + k));
      const auto x1 = hn::GatherIndex(f, x, hn::LoadU(i, layer.source + k + lanes));
      sum0 = hn::MulAdd(hn::LoadU(f, layer.weight + k), x0, sum0);
      sum1 = hn::MulAdd(hn::LoadU(f, layer.weight + k + lanes), x1, sum1);
    }
    for (; k + lanes <= end; k += lanes)
      sum0 = hn::MulAdd(hn::LoadU(f, layer.weight + k), hn::GatherIndex(f, x, hn::LoadU(i, layer.source + k)), sum0);
    float sum = hn::GetLane(hn::SumOfLanes(f, hn::Add(sum0, sum1)));
    for (; k < end; ++k) sum += layer.weight[k] * x[layer.source[k]];
    y[t] = activate(activation, sum, layer.bias[t]);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sparsio {

HWY_EXPORT(Targets);

void latency_layer(const LatencyLayer& layer, Activation activation, const float* x, float* y, uint32_t first,
                   uint32_t targets) {
  HWY_DYNAMIC_DISPATCH(Targets)(layer, activation, x, y, first, targets);
}

}  // namespace sparsio
#endif
