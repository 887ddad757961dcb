// twin_neurons: the network with equal neurons merged, exactly.
// Two neurons of a layer with equal sources, equal weights and equal bias have equal values on every input, so one
// of them suffices; a target that read both reads the one with the sum of the weights. Merging a layer makes sources of
// the next equal, so twins are found layer by layer. Inputs are never merged: nothing is known of them.
#pragma once

#include <cstdint>
#include <vector>

#include "net/layer.hpp"

namespace sparsio {

class TwinNeurons {
 public:
  /// The next layer, merged: its sources are the neurons kept of the layer before. Sums of weights are rounded once.
  Layer merge(const Layer& layer);
  /// Of each neuron of the layer merged last, which of the kept ones has its value.
  const std::vector<uint32_t>& kept_of() const { return kept_of_; }

 private:
  std::vector<uint32_t> kept_of_;  // empty: every neuron is kept
};

}  // namespace sparsio
