// The idea: with one input there is nothing to share a weight with, so the stream of weights and indices is the limit.
// The inputs of the layer stay in the cache and are read one by one, into eight sums that do not wait for each other:
// a gather instruction does the same loads in more cycles on most machines. The stream is asked for well ahead.
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

void Targets(const LatencyLayer& layer, Activation activation, const float* x, float* y, uint32_t first,
             uint32_t targets) {
  constexpr uint32_t ahead = 512;  // connections
  constexpr uint32_t chains = 8;
  for (uint32_t t = first; t < first + targets; ++t) {
    float sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0, sum4 = 0, sum5 = 0, sum6 = 0, sum7 = 0;
    const uint32_t end = layer.begin[t + 1];
    uint32_t k = layer.begin[t];
    for (; k + chains <= end; k += chains) {
      const float* const w = layer.weight + k;
      const int32_t* const source = layer.source + k;
      hwy::Prefetch(w + ahead);
      hwy::Prefetch(source + ahead);
      sum0 += w[0] * x[source[0]];
      sum1 += w[1] * x[source[1]];
      sum2 += w[2] * x[source[2]];
      sum3 += w[3] * x[source[3]];
      sum4 += w[4] * x[source[4]];
      sum5 += w[5] * x[source[5]];
      sum6 += w[6] * x[source[6]];
      sum7 += w[7] * x[source[7]];
    }
    float sum = ((sum0 + sum1) + (sum2 + sum3)) + ((sum4 + sum5) + (sum6 + sum7));
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
