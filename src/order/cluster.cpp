// cluster: targets that share sources side by side, for hypersparse layers.
// Within a depth the next target is the one that shares most sources with the last few (the sources of the last M / 2
// words' worth of targets, least recent forgotten first); a source shared by few targets counts more than one shared by
// many. If none shares any, the next by id. Blocks of `size` such targets are then processed source by source. Scores
// change only for the targets of sources that enter or leave the recent set, and a lazy heap keeps the best on top.
#include <algorithm>
#include <deque>
#include <queue>

#include "order/order_kind.hpp"
#include "order/shared/adjacency.hpp"

namespace sparsio {
namespace {

class Chain {
 public:
  Chain(const Network& network, const Adjacency& adjacency, uint64_t memory)
      : network_(network),
        adjacency_(adjacency),
        remembered_(std::max<uint64_t>(1, memory / 2)),
        depth_(network.depth()),
        score_(network.neurons(), 0),
        left_(network.neurons(), false),
        times_recent_(network.neurons(), 0) {}

  std::vector<uint32_t> run() {
    std::vector<uint32_t> targets = targets_by_depth(network_);
    std::vector<uint32_t> chain;
    for (const uint32_t v : targets) left_[v] = true;
    for (const uint32_t first : targets) {
      if (!left_[first]) continue;
      now_ = depth_[first];
      for (uint32_t v = first; v != nobody; v = best()) {
        left_[v] = false;
        chain.push_back(v);
        remember(v);
      }
    }
    return chain;
  }

 private:
  static constexpr uint32_t nobody = UINT32_MAX;

  /// The target of this depth with the best score; nobody if none has any.
  uint32_t best() {
    while (!heap_.empty()) {
      const auto [score, inverse] = heap_.top();
      heap_.pop();
      const uint32_t v = nobody - inverse;
      if (left_[v] && depth_[v] == now_ && score == score_[v] && score > 0) return v;
    }
    return nobody;
  }

  void remember(uint32_t v) {
    for (const uint32_t u : network_.sources_of(v)) {
      recent_.push_back(u);
      if (times_recent_[u]++ == 0) change(u, 1);
    }
    while (recent_.size() > remembered_ + network_.in_degree(v)) {
      const uint32_t u = recent_.front();
      recent_.pop_front();
      if (--times_recent_[u] == 0) change(u, -1);
    }
  }

  /// Source u enters or leaves the recent set. Weights are integers, so that what entered leaves without a trace.
  void change(uint32_t u, int64_t sign) {
    const auto weight = static_cast<int64_t>((uint64_t{1} << 32) / network_.out_degree()[u]);
    for (const uint32_t k : adjacency_.out(u)) {
      const uint32_t v = adjacency_.target[k];
      if (!left_[v]) continue;
      score_[v] += sign * std::max<int64_t>(1, weight / static_cast<int64_t>(network_.in_degree(v)));
      if (depth_[v] == now_) heap_.emplace(score_[v], nobody - v);
    }
  }

  const Network& network_;
  const Adjacency& adjacency_;
  uint64_t remembered_;
  std::vector<uint32_t> depth_;
  std::vector<int64_t> score_;
  std::vector<bool> left_;
  std::vector<uint32_t> times_recent_;
  std::deque<uint32_t> recent_;
  std::priority_queue<std::pair<int64_t, uint32_t>> heap_;
  uint32_t now_ = 0;
};

Order make(const Network& network, uint64_t memory, const Params& params) {
  const Adjacency adjacency(network);
  const std::vector<uint32_t> chain = Chain(network, adjacency, memory).run();
  return blocks_of_depth(network, chain, params.count("size"));
}

const Register<OrderKind> registered{
    {"targets that share sources side by side, for hypersparse layers",
     {{"size", Type::integer, "1", "targets a block; 1 is neuron by neuron", at_least(1)}},
     make}};

}  // namespace
}  // namespace sparsio
