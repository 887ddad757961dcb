// stay_plan: a schedule told as the stays of its targets in fast memory, and counted source by source.
// With `size` places for targets, let one target leave and the next enter at a time: stage m lies between the m-th and
// the next departure. Target v stays from stage first(v) to stage last(v) and is complete when it leaves. A source must
// be read at stages that together hit the stay of each of its targets, and the fewest such stages (the piercing number
// of intervals) are found by taking, again and again, the earliest end among the stays not hit (Gupta, Lee, Leung
// 1982). A target that leaves gives to whoever stays, for nothing; later stays must be pierced, and the value written
// once. The trick: given the stays, every source is counted on its own, so the I/Os after a change cost a look at few
// sources; and whatever swaps first stages, or last ones, keeps the number of residents. Exact for orders of this
// shape; eviction by Belady's rule can only find more to keep.
#pragma once

#include <array>
#include <vector>

#include "order/adjacency.hpp"

namespace sparsio {

class StayPlan {
 public:
  using Stage = int16_t;
  static constexpr uint64_t most_targets = 32'000;
  static constexpr uint32_t lanes = 8;
  using Stages = std::array<Stage, lanes>;

  struct Stay {
    Stage first;
    Stage last;
  };

  /// Where a source is read. `stages` is filled up with `nowhere`; of more than `lanes` the first are kept.
  struct Reads {
    alignas(16) Stages stages;
    uint32_t count;
    Stage before_last;  // stays that begin after it are hit by the last read alone
  };
  static constexpr Stage nowhere = -2;

  /// The stays of `start`, a valid order. Where it keeps more than `size` targets open at once: those of the sequence
  /// in which it completes them.
  StayPlan(const Network& network, const Adjacency& adjacency, const Order& start, uint64_t size);

  const std::vector<uint32_t>& targets() const { return targets_; }
  Stay stay(uint32_t v) const { return stay_[v]; }
  uint32_t leaving_at(Stage stage) const { return leaving_at_[static_cast<size_t>(stage)]; }
  bool is_target(uint32_t v) const { return network_.in_degree(v) > 0; }

  /// May v stay like this, its sources and targets as they are?
  bool allows(uint32_t v, Stay stay) const;
  /// Changes a stay; the stays of all targets together must keep the number of residents.
  void set(uint32_t v, Stay stay);

  Reads reads(uint32_t u) const;
  /// Targets of u that stay after `stage` begins.
  uint64_t beginning_after(uint32_t u, Stage stage) const;

  /// Connections stage by stage, source by source.
  Order order() const;

 private:
  const Network& network_;
  const Adjacency& adjacency_;
  std::vector<uint32_t> targets_;
  std::vector<Stay> stay_;            // of each neuron; inputs have left before the first stage
  std::vector<uint32_t> leaving_at_;  // the target that leaves at each stage
  std::vector<uint64_t> lane_begin_;  // of each source in first_ and last_, whole vectors of `lanes`
  std::vector<uint32_t> lane_;        // of each connection
  std::vector<Stage> first_;          // the stay of the target of each connection, by source
  std::vector<Stage> last_;
};

}  // namespace sparsio
