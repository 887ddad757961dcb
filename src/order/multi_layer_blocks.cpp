// multi_layer_blocks: blocks that reach through several layers, so that values are used where they are made.
// The targets of a group of `layers` neighbouring depths are taken together. A block is grown from the next unfinished
// target of the group's last depth: with it come the targets it needs inside the group, deepest first, and then those
// that need nothing more, until the block has `size` targets. A block is processed depth by depth, source by source.
// Cones that overlap little keep whole blocks in fast memory; where they spread at once a block is no better than
// depth_first's.
#include <algorithm>

#include "order/order_kind.hpp"
#include "order/shared/adjacency.hpp"

namespace sparsio {
namespace {

class Cones {
 public:
  Cones(const Network& network, uint32_t layers, uint64_t size)
      : network_(network),
        adjacency_(network),
        depth_(network.depth()),
        layers_(layers),
        size_(size),
        taken_(network.neurons(), false),
        missing_(network.in_degrees()) {
    for (uint32_t v = 0; v < network.neurons(); ++v)
      if (network.in_degree(v) == 0) give(v);
  }

  Order run() {
    const std::vector<uint32_t> targets = targets_by_depth(network_);
    for (size_t begin = 0, end = 0; begin < targets.size(); begin = end) {
      first_depth_ = depth_[targets[begin]];
      for (end = begin; end < targets.size() && depth_[targets[end]] < first_depth_ + layers_;) ++end;
      // From the last depth back: cones first, then what no cone of the group needed.
      for (size_t last = end; last > begin;) {
        size_t from = last;
        while (from > begin && depth_[targets[from - 1]] == depth_[targets[last - 1]]) --from;
        for (size_t i = from; i < last; ++i) take_cone(targets[i]);
        last = from;
      }
      close_block();
    }
    return block_by_block(network_, sequence_, starts_);
  }

 private:
  /// Adds v and what it needs of this group to the block; a full block is closed after a whole cone.
  void take_cone(uint32_t v) {
    enter(v);
    while (!stack_.empty()) {
      auto& [neuron, k] = stack_.back();
      if (k == network_.in_begin()[neuron + 1]) {
        block_.push_back(neuron);
        give(neuron);
        stack_.pop_back();
      } else {
        enter(network_.source()[k++]);
      }
    }
    while (!complete_.empty() && block_.size() < size_) {
      const uint32_t next = complete_.back();
      complete_.pop_back();
      if (taken_[next]) continue;
      taken_[next] = true;
      block_.push_back(next);
      give(next);
    }
    complete_.clear();
    if (block_.size() >= size_) close_block();
  }

  /// u is there: its targets of this group that lack nothing more are complete.
  void give(uint32_t u) {
    for (const uint32_t k : adjacency_.out(u)) {
      const uint32_t v = adjacency_.target[k];
      if (--missing_[v] == 0 && depth_[v] < first_depth_ + layers_) complete_.push_back(v);
    }
  }

  void enter(uint32_t v) {
    if (taken_[v] || network_.in_degree(v) == 0 || depth_[v] < first_depth_) return;
    taken_[v] = true;
    stack_.emplace_back(v, network_.in_begin()[v]);
  }

  /// Depth by depth; within a depth no target is a source of another, so at most `size` of them make a block.
  void close_block() {
    std::stable_sort(block_.begin(), block_.end(), [&](uint32_t a, uint32_t b) { return depth_[a] < depth_[b]; });
    for (size_t i = 0, begin = 0; i < block_.size(); ++i) {
      const bool fresh = i == 0 || i - begin == size_ || depth_[block_[i]] != depth_[block_[begin]];
      if (fresh) begin = i;
      sequence_.push_back(block_[i]);
      starts_.push_back(fresh);
    }
    block_.clear();
  }

  const Network& network_;
  Adjacency adjacency_;
  std::vector<uint32_t> depth_;
  uint32_t layers_;
  uint64_t size_;
  uint32_t first_depth_ = 0;
  std::vector<bool> taken_;
  std::vector<uint64_t> missing_;  // sources of each neuron that are not taken
  std::vector<uint32_t> complete_;
  std::vector<std::pair<uint32_t, uint64_t>> stack_;
  std::vector<uint32_t> block_;
  std::vector<uint32_t> sequence_;
  std::vector<bool> starts_;
};

Order make(const Network& network, uint64_t memory, const Params& params) {
  uint64_t size = params.count("size");
  if (size == 0) size = std::max<uint64_t>(1, memory * 3 / 4);
  return Cones(network, static_cast<uint32_t>(params.count("layers")), size).run();
}

const Register<OrderKind> registered{
    {"blocks that reach through several layers, each depth of a block source by source",
     {{"layers", Type::integer, "2", "depths a block reaches through", between(1, 1U << 20)},
      {"size", Type::integer, "0", "targets after which a block is closed; 0 is 3/4 of M"}},
     make}};

}  // namespace
}  // namespace sparsio
