// The idea: with one input there is nothing to share a weight with, so the stream of weights and indices is the limit.
// The inputs of the layer stay in the cache and are read one by one, put together four to a vector, and multiplied with
// four weights at once: a gather instruction does the same loads in twice the time, and multiplying one by one loads
// every weight apart. Two indices come with one load, so that loads are left for the values. The stream is asked for
// well ahead.
#include "exec/latency/latency_kernel.hpp"

#include <cstring>

#include "exec/walk/clips.hpp"
#include "exec/walk/curves.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/latency/latency_kernel.cpp"
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
  uint64_t pair[2];
  std::memcpy(pair, source, sizeof pair);
  const Four value = {x[pair[0] & 0xFFFFFFFF], x[pair[0] >> 32], x[pair[1] & 0xFFFFFFFF], x[pair[1] >> 32]};
  return four * value;
}

template <Clip clip>
void AllTargets(const LatencyLayer& layer, const float* x, float* y, uint32_t first, uint32_t targets) {
  constexpr uint32_t ahead = 1536;  // connections
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
    y[t] = clipped<clip>(sum, layer.bias[t]);
  }
}

void Targets(const LatencyLayer& layer, const Activation& activation, const float* x, float* y, uint32_t first,
             uint32_t targets) {
  with_clip(activation, [&]<Clip clip>() { AllTargets<clip>(layer, x, y, first, targets); });
}

/// Eight floats, one of each target of a block.
using Eight [[gnu::vector_size(32)]] = float;

template <Clip clip>
void AllTwins(const TwinLayer& layer, const float* x, float* y, uint32_t first, uint32_t last) {
  constexpr size_t width = TwinLayer::widest_block;
  constexpr size_t ahead = 1024;  // weights
  for (uint32_t b = first; b < last; ++b) {
    const TwinBlock& block = layer.block[b];
    const uint32_t* const source = layer.source.data() + block.source;
    const float* const weight = layer.weight.data() + block.weight;
    const float* const bias = layer.bias.data() + block.target;
    float* const out = y + block.target;
    if (block.width != width) {
      for (uint32_t t = 0; t < block.width; ++t) {
        float sum = 0;
        for (uint32_t s = 0; s < block.sources; ++s) sum += weight[s * block.width + t] * x[source[s]];
        out[t] = clipped<clip>(sum, bias[t]);
      }
      continue;
    }
    // Four sums a target, which do not wait for each other.
    Eight sum0 = {};
    Eight sum1 = {};
    Eight sum2 = {};
    Eight sum3 = {};
    uint32_t s = 0;
    for (; s + 4 <= block.sources; s += 4) {
      const float* const from = weight + s * width;
      hwy::Prefetch(from + ahead);
      hwy::Prefetch(from + ahead + 16);
      // One by one: an array that is copied whole goes through the stack.
      Eight weights0;
      Eight weights1;
      Eight weights2;
      Eight weights3;
      std::memcpy(&weights0, from, sizeof weights0);
      std::memcpy(&weights1, from + width, sizeof weights1);
      std::memcpy(&weights2, from + 2 * width, sizeof weights2);
      std::memcpy(&weights3, from + 3 * width, sizeof weights3);
      sum0 += weights0 * x[source[s]];
      sum1 += weights1 * x[source[s + 1]];
      sum2 += weights2 * x[source[s + 2]];
      sum3 += weights3 * x[source[s + 3]];
    }
    for (; s < block.sources; ++s) {
      Eight weights;
      std::memcpy(&weights, weight + s * width, sizeof weights);
      sum0 += weights * x[source[s]];
    }
    sum0 = (sum0 + sum1) + (sum2 + sum3);
    Eight value;
    for (size_t t = 0; t < width; ++t) value[t] = clipped<clip>(sum0[t], bias[t]);
    std::memcpy(out, &value, sizeof value);
  }
}

void Twins(const TwinLayer& layer, const float* x, float* y, uint32_t first, uint32_t last) {
  with_clip(layer.activation, [&]<Clip clip>() { AllTwins<clip>(layer, x, y, first, last); });
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sparsio {

HWY_EXPORT(Targets);
HWY_EXPORT(Twins);

void latency_layer(const LatencyLayer& layer, const Activation& activation, const float* x, float* y, uint32_t first,
                   uint32_t targets) {
  HWY_DYNAMIC_DISPATCH(Targets)(layer, activation, x, y, first, targets);
  curve_values({y + first, targets}, activation);
}

void latency_twins(const TwinLayer& layer, const float* x, float* y, uint32_t first, uint32_t last) {
  HWY_DYNAMIC_DISPATCH(Twins)(layer, x, y, first, last);
  if (first == last) return;
  const uint32_t begin = layer.block[first].target;
  const uint32_t end = layer.block[last - 1].target + layer.block[last - 1].width;
  curve_values({y + begin, end - begin}, layer.activation);
}

}  // namespace sparsio
#endif
