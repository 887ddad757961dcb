// tiny_networks: small random networks for the tests that check every plug-in against an oracle.
#pragma once

#include <string>
#include <vector>

#include "net/network.hpp"
#include "net/order.hpp"
#include "net/random.hpp"

namespace sparsio {

/// A random DAG of 2 .. `neurons` neurons, each forward pair connected with a probability drawn per network; it may
/// have dead ends, isolated neurons and several components. At least one connection.
inline Network random_dag(uint64_t seed, uint32_t neurons) {
  RandomStream random(seed, 1);
  const auto n = static_cast<uint32_t>(2 + random.below(neurons - 1));
  const double density = random.uniform(0.1, 1.0);
  std::vector<Connection> connections;
  for (uint32_t v = 1; v < n; ++v)
    for (uint32_t u = 0; u < v; ++u)
      if (random.uniform() < density) connections.push_back({u, v, static_cast<float>(random.uniform(-1, 1))});
  if (connections.empty()) connections.push_back({0, n - 1, 1.0F});
  return Network(n, std::move(connections), std::vector<float>(n, 0.1F), Activation::relu, "random_dag");
}

/// A random valid order: any connection whose source is complete may be next.
inline Order random_order(const Network& network, uint64_t seed) {
  RandomStream random(seed, 2);
  std::vector<uint64_t> missing(network.neurons());
  for (uint32_t v = 0; v < network.neurons(); ++v) missing[v] = network.in_degree(v);
  const std::vector<Step> by_target = steps(network, Order());
  std::vector<uint32_t> left(by_target.size());
  for (uint32_t k = 0; k < left.size(); ++k) left[k] = k;
  std::vector<uint32_t> connection;
  while (!left.empty()) {
    const uint64_t i = random.below(left.size());
    if (missing[by_target[left[i]].source] > 0) continue;
    --missing[by_target[left[i]].target];
    connection.push_back(left[i]);
    left[i] = left.back();
    left.pop_back();
  }
  return Order(std::move(connection));
}

}  // namespace sparsio
