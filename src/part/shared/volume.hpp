// volume: what the workers of a partition send each other, and how even their work is.
// SpFF of Demirci and Ferhatosmanoglu 2021: before layer k the owner of a value sends it once to every other part that
// has a row of layer k which reads it, all values for one part in one message. So a layer's words are the sum over its
// sources of (parts that own or read it - 1), the connectivity - 1 of the layer's hypergraph. Training sends the same
// words back once more.
#pragma once

#include "net/layer.hpp"
#include "net/partition.hpp"

namespace sparsio {

struct LayerVolume {
  uint64_t words = 0;      // sent before the layer, an inference of one input
  uint64_t words_max = 0;  // by the part that sends most
  uint64_t messages = 0;   // pairs of parts with words between them
  double imbalance = 0;    // connections of the part that has most, over the mean, - 1; 0 without connections
};

struct Volume {
  /// Of all layers: words_max is of the part that sends most in all, imbalance of the layers' slowest parts in sequence
  /// (sum of the maxima over the sum of the means, - 1).
  LayerVolume total;
  std::vector<LayerVolume> layers;
};

/// From a fresh walk of `network`.
Volume volume_of(LayerSource& network, const Partition& partition);

}  // namespace sparsio
