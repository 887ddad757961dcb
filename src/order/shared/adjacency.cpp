#include "order/shared/adjacency.hpp"

#include <algorithm>
#include <queue>

#include "io/policy.hpp"

namespace sparsio {

Adjacency::Adjacency(const Network& network)
    : out_begin(network.neurons() + size_t{1}, 0), connection(network.connections()), target(network.connections()) {
  for (uint32_t u = 0; u < network.neurons(); ++u) out_begin[u + 1] = out_begin[u] + network.out_degree()[u];
  std::vector<uint64_t> fill(out_begin.begin(), out_begin.end() - 1);
  for (uint32_t v = 0; v < network.neurons(); ++v) {
    for (uint64_t k = network.in_begin()[v]; k < network.in_begin()[v + 1]; ++k) {
      connection[fill[network.source()[k]]++] = static_cast<uint32_t>(k);
      target[k] = v;
    }
  }
}

std::vector<uint32_t> targets_by_depth(const Network& network) {
  const std::vector<uint32_t> depth = network.depth();
  std::vector<uint32_t> targets;
  for (uint32_t v = 0; v < network.neurons(); ++v)
    if (network.in_degree(v) > 0) targets.push_back(v);
  std::stable_sort(targets.begin(), targets.end(), [&](uint32_t a, uint32_t b) { return depth[a] < depth[b]; });
  return targets;
}

std::vector<uint32_t> topological_by_rank(const Network& network, const Adjacency& adjacency,
                                          std::span<const uint32_t> rank) {
  using Item = std::pair<uint32_t, uint32_t>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> ready;
  std::vector<uint64_t> missing = network.in_degrees();
  std::vector<uint32_t> targets;
  const auto finish = [&](uint32_t u) {
    for (const uint32_t k : adjacency.out(u)) {
      const uint32_t v = adjacency.target[k];
      if (--missing[v] == 0) ready.emplace(rank[v], v);
    }
  };
  for (uint32_t v = 0; v < network.neurons(); ++v)
    if (network.in_degree(v) == 0) finish(v);
  while (!ready.empty()) {
    const uint32_t v = ready.top().second;
    ready.pop();
    targets.push_back(v);
    finish(v);
  }
  return targets;
}

Order neuron_by_neuron(const Network& network, std::span<const uint32_t> targets) {
  std::vector<uint32_t> connection;
  connection.reserve(network.connections());
  for (const uint32_t v : targets)
    for (uint64_t k = network.in_begin()[v]; k < network.in_begin()[v + 1]; ++k)
      connection.push_back(static_cast<uint32_t>(k));
  return Order(std::move(connection));
}

Order block_by_block(const Network& network, std::span<const uint32_t> targets, const std::vector<bool>& starts) {
  std::vector<uint32_t> connection;
  connection.reserve(network.connections());
  for (size_t begin = 0, end = 0; begin < targets.size(); begin = end) {
    const auto first = static_cast<int64_t>(connection.size());
    for (end = begin; end < targets.size() && (end == begin || !starts[end]); ++end)
      for (uint64_t k = network.in_begin()[targets[end]]; k < network.in_begin()[targets[end] + 1]; ++k)
        connection.push_back(static_cast<uint32_t>(k));
    std::stable_sort(connection.begin() + first, connection.end(),
                     [&](uint32_t a, uint32_t b) { return network.source()[a] < network.source()[b]; });
  }
  return Order(std::move(connection));
}

Order blocks_of_depth(const Network& network, std::span<const uint32_t> targets, uint64_t size) {
  const std::vector<uint32_t> depth = network.depth();
  std::vector<bool> starts(targets.size(), false);
  for (size_t i = 0, begin = 0; i < targets.size(); ++i) {
    starts[i] = i - begin == size || depth[targets[i]] != depth[targets[begin]];
    if (starts[i]) begin = i;
  }
  return block_by_block(network, targets, starts);
}

uint64_t total_words(const Network& network, const Order& order, const std::string& policy, uint64_t memory) {
  const IoCount count = Registry<PolicyKind>::instance()
                            .find(policy, "order")
                            .kind.simulate(network, steps(network, order), std::max<uint64_t>(3, memory));
  return count.value_reads + count.value_writes + network.connections();
}

void check_policy(const std::string& policy, const std::string& place) {
  Registry<PolicyKind>::instance().find(policy, place);
}

}  // namespace sparsio
