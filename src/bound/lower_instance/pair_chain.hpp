// pair_chain: the connections of a network, pair of layers by pair of layers, as the bounds of an instance see them.
#pragma once

#include <memory>
#include <vector>

#include "bound/lower_instance/pair_connections.hpp"
#include "net/network.hpp"

namespace sparsio {

/// A network as pairs of neighbouring layers: targets of pair l are the sources of pair l + 1. A general DAG is one
/// pair of all neurons with themselves.
struct PairChain {
  std::vector<std::shared_ptr<const PairConnections>> pairs;
  bool is_folded = false;      // one pair, sources and targets are the same neurons
  double worth = 0;            // W, or the weights of all connections; 0 where there are none
  uint64_t serving_twice = 0;  // H
};

/// The same connections in several ways, each sound by itself: all of the same weight, and with even_weights().
struct PairChains {
  std::vector<PairChain> all;
  std::vector<PairChain> beyond_inputs;  // only the connections whose source is not an input
};

PairChains pair_chains(const Network& network);

}  // namespace sparsio
