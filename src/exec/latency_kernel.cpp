// The idea: with one input there is nothing to share a weight with, so the stream of weights and indices is the limit.
// The inputs of the layer stay in the cache and are read one by one, put together four to a vector, and multiplied with
// four weights at once: a gather instruction does the same loads in twice the time, and multiplying one by one loads
// every weight apart. The stream is asked for well ahead.
#include "exec/latency_kernel.hpp"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/latency_kernel.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

/// Four floats, whatever the instruction set.
using Four [[gnu::vector_size(16)]] = float;

HWY_INLINE Four Product(const float* weight, const int32_t* source, const float* x) {
  Four four;
  std::memcpy(&four, weight, sizeof four);
  const Four value = {x[source[0]], x[source[1]], x[source[2]], x[source[3]]};
  return four * value;
}

void Targets(const LatencyLayer& layer, Activation activation, const float* x, float* y, uint32_t first,
             uint32_t targets) {
  constexpr uint32_t ahead = 512;  // connections
  constexpr uint32_t at_once = 16;
  for (uint32_t t = first; t < first + targets; ++t) {
    Four sum0 = {};
    Four sum1 = {};
    Four sum2 = {};
    Four sum3 = {};
    const uint32_t end = layer.begin[t + 1];
    uint32_t k = layer.begin[t];
    for (; k + at_once <= end; k += at_once) {
      const float* const weight = layer.weight + k;
      const int32_t* const source = layer.source + k;
      hwy::Prefetch(weight + ahead);
      hwy::Prefetch(source + ahead);
      sum0 += Product(weight, source, x);
      sum1 += Product(weight + 4, source + 4, x);
      sum2 += Product(weight + 8, source + 8, x);
      sum3 += Product(weight + 12, source + 12, x);
    }
    for (; k + 4 <= end; k += 4) sum0 += Product(layer.weight + k, layer.source + k, x);
    const Four all = (sum0 + sum1) + (sum2 + sum3);
    float sum = (all[0] + all[1]) + (all[2] + all[3]);
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
