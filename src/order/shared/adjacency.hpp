// adjacency: a network seen from its sources, and the plainest way from a sequence of neurons to an order.
// A Network stores connections by target; orders that push a source forward need them by source as well.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "net/order.hpp"

namespace sparsio {

/// Connections grouped by source: out_begin[u] .. out_begin[u + 1] - 1 index `connection`; target[k] of connection k.
struct Adjacency {
  explicit Adjacency(const Network& network);

  std::span<const uint32_t> out(uint32_t u) const {
    return std::span(connection).subspan(out_begin[u], out_begin[u + 1] - out_begin[u]);
  }

  std::vector<uint64_t> out_begin;
  std::vector<uint32_t> connection;
  std::vector<uint32_t> target;
};

/// How many targets stay in fast memory at once: `size`, or where that is 0 all that leave a word for the source and
/// one for the weight.
inline uint64_t resident_targets(uint64_t memory, uint64_t size = 0) {
  return size > 0 ? size : std::max<uint64_t>(memory, 3) - 2;
}

/// Targets (neurons with in-connections) by depth, ascending ids within one: layer after layer. A topological sequence.
std::vector<uint32_t> targets_by_depth(const Network& network);

/// The topological sequence of all targets that always takes the ready one with the smallest rank (one rank a neuron,
/// ties by id). O(W + N log N).
std::vector<uint32_t> topological_by_rank(const Network& network, const Adjacency& adjacency,
                                          std::span<const uint32_t> rank);

/// Neuron by neuron in the given topological sequence of all targets.
Order neuron_by_neuron(const Network& network, std::span<const uint32_t> targets);

/// Blocks of up to `size` targets: each sequence element starts a new block if starts[i]; source by source within a
/// block. No target of a block may be a source of another one of it.
Order block_by_block(const Network& network, std::span<const uint32_t> targets, const std::vector<bool>& starts);

/// block_by_block with a new block every `size` targets and wherever the depth changes; targets_by_depth sequences.
Order blocks_of_depth(const Network& network, std::span<const uint32_t> targets, uint64_t size);

/// Words moved (weights included) by `order` under the named policy.
uint64_t total_words(const Network& network, const Order& order, const std::string& policy, uint64_t memory);

/// BadInput at `place` if there is no such policy.
void check_policy(const std::string& policy, const std::string& place);

}  // namespace sparsio
