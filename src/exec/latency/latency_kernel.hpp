// latency_kernel: one input, some targets of a layer.
#pragma once

#include <cstdint>

#include "exec/shared/twin_layout.hpp"
#include "net/activation.hpp"

namespace sparsio {

/// A layer as `latency` runs it: indices and weights are two streams, so that vectors of each can be loaded.
struct LatencyLayer {
  const uint32_t* begin;  // targets + 1 offsets
  const int32_t* source;
  const float* weight;
  const float* bias;
};

/// y[t] for `targets` targets from `first` on. Sums are made in lanes, so they round differently from csr's.
void latency_layer(const LatencyLayer& layer, const Activation& activation, const float* x, float* y, uint32_t first,
                   uint32_t targets);

/// Blocks first .. last - 1 of a layer of twins: a block's weights are one stream, a source's value serves all of them.
void latency_twins(const TwinLayer& layer, const float* x, float* y, uint32_t first, uint32_t last);

}  // namespace sparsio
