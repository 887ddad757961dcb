// valid_order: is an order one at all? Every test of an order asks it first.
#pragma once

#include <vector>

#include "net/order.hpp"

namespace sparsio {

/// Is `order` a permutation of all connections in which every neuron is complete before it is read?
inline bool is_valid(const Network& network, const Order& order) {
  std::vector<bool> seen(network.connections(), false);
  std::vector<uint64_t> missing = network.in_degrees();
  const std::vector<Step> stored = steps(network, Order());
  for (uint64_t k = 0; k < stored.size(); ++k) {
    const uint64_t c = order.at(k);
    if (c >= seen.size() || seen[c] || missing[stored[c].source] > 0) return false;
    seen[c] = true;
    --missing[stored[c].target];
  }
  return true;
}

}  // namespace sparsio
