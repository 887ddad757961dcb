// target_stays: how long each target of a schedule stays in fast memory; the part that all plans of stays share.
// Time goes from departure to departure: at each stage one target leaves, complete. Target v stays from stage
// first(v) to stage last(v).
#pragma once

#include <algorithm>
#include <vector>

#include "order/shared/adjacency.hpp"

namespace sparsio {

class TargetStays {
 public:
  using Stage = int16_t;
  static constexpr uint64_t most_targets = 32'000;
  static constexpr uint32_t lanes = 8;  // stages in a vector

  struct Stay {
    Stage first;
    Stage last;
    bool operator==(const Stay&) const = default;
  };
  struct Change {
    uint32_t target;
    Stay before;
    Stay after;
  };

  const Adjacency& adjacency() const { return adjacency_; }
  const std::vector<uint32_t>& targets() const { return targets_; }
  /// Targets in the order in which they leave.
  const std::vector<uint32_t>& leaving() const { return leaving_; }
  /// The targets of the depth of target v.
  const std::vector<uint32_t>& level(uint32_t v) const { return level_[depth_[v]]; }
  Stay stay(uint32_t v) const { return stay_[v]; }
  bool is_target(uint32_t v) const { return network_.in_degree(v) > 0; }

  /// May v leave at stage `last`, its sources and targets staying as they do?
  bool may_leave(uint32_t v, Stage last) const {
    for (const uint32_t u : network_.sources_of(v))
      if (stay_[u].last >= last) return false;
    const auto out = adjacency_.out(v);
    return std::all_of(out.begin(), out.end(), [&](uint32_t k) { return stay_[adjacency_.target[k]].last > last; });
  }

 protected:
  /// The stays of `start`, a valid order. Where it keeps more than `size` targets open at once: those of the sequence
  /// in which it completes them.
  TargetStays(const Network& network, const Adjacency& adjacency, const Order& start, uint64_t size);

  const Network& network_;
  const Adjacency& adjacency_;
  std::vector<Stay> stay_;         // of each neuron; inputs have left before the first stage
  std::vector<uint32_t> leaving_;  // the target that leaves at each stage

 private:
  std::vector<uint32_t> targets_;  // ascending
  std::vector<uint32_t> depth_;    // of each neuron
  std::vector<std::vector<uint32_t>> level_;
};

}  // namespace sparsio
