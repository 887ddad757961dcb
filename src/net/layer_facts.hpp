// layer_facts: what one walk tells of a network that is a stream of layers.
// Nothing is held beyond the layer at hand and who was reached in it, so networks of any size can be asked. The words
// of the I/O model (NetworkFacts) are those of the network held whole.
#pragma once

#include <cstdint>
#include <vector>

#include "net/network.hpp"

namespace sparsio {

struct LayerFacts {
  /// More different weights than this are not told apart.
  static constexpr uint64_t most_different = 4096;

  uint32_t sources = 0;
  uint32_t targets = 0;
  uint64_t connections = 0;
  Activation activation{};
  uint64_t biases = 0;             // that are not 0
  uint64_t different_weights = 0;  // most_different + 1: more
  uint64_t twins = 0;              // targets with the sources of another target, of those that have any
  uint64_t without_sources = 0;    // targets
  uint64_t unread = 0;             // sources that no target reads

  double density() const { return connections == 0 ? 0 : static_cast<double>(connections) / sources / targets; }
  /// A weight and the number of its source a connection, where each target begins, and its bias.
  uint64_t csr_bytes() const { return 8 * connections + 4 * (uint64_t{targets} + 1) + 4 * uint64_t{targets}; }
  /// All weights, zeros too, and the biases.
  uint64_t dense_bytes() const { return 4 * (uint64_t{sources} + 1) * targets; }
};

/// Of all layers that were added, in their order.
class NetworkWalk {
 public:
  const LayerFacts& add(const Layer& layer);

  const std::vector<LayerFacts>& layers() const { return layers_; }
  /// As Network::facts().
  NetworkFacts facts() const;

 private:
  std::vector<LayerFacts> layers_;
  std::vector<uint8_t> has_sources_;  // of the last layer's targets
  uint64_t neurons_ = 0;              // connected ones of the levels before those
  uint64_t inputs_ = 0;               // of them those without in-connections
};

}  // namespace sparsio
