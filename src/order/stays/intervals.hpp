// intervals: a schedule told as the stays of its targets in fast memory, and counted source by source.
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
#include <cstring>
#include <span>
#include <vector>

#include "order/stays/target_stays.hpp"

namespace sparsio {

class IntervalPlan : public TargetStays {
 public:
  using Stages = std::array<Stage, lanes>;

  /// Of a connection, the stay of its target.
  struct Trial {
    uint64_t connection;
    Stay stay;
  };

  /// How a source is read: read i at any stage of begin[i] .. end[i], whenever the others are. It alone can hit the
  /// `only[i]` stays that begin after after[i], the end of the read before, and end before before[i], the beginning of
  /// the next one: were these elsewhere, a read would be saved. Of more than `lanes` reads nothing but the count is
  /// told.
  struct Reads {
    alignas(16) Stages begin;
    alignas(16) Stages end;
    alignas(16) Stages after;
    alignas(16) Stages before;
    alignas(16) Stages only;
    uint32_t count;
  };

  /// See TargetStays.
  IntervalPlan(const Network& network, const Adjacency& adjacency, const Order& start, uint64_t size);

  uint32_t leaving_at(Stage stage) const { return leaving_[static_cast<size_t>(stage)]; }
  /// A target that enters at `stage`.
  uint32_t entering_at(Stage stage) const { return entering_at_[static_cast<size_t>(stage)]; }

  /// Changes a stay; the stays of all targets together must keep the number of residents.
  void set(uint32_t v, Stay stay);

  Reads reads(uint32_t u) const { return reads(u, stay_[u].last); }
  /// The reads of u if it left at `left` and the targets of the connections stayed as in `trials`.
  Reads reads(uint32_t u, Stage left, std::span<const Trial> trials);

  /// Connections stage by stage, source by source.
  Order order() const;

 private:
  Reads reads(uint32_t u, Stage left) const;

  std::vector<uint32_t> entering_at_;  // of the targets that enter at each stage, the one set last
  std::vector<uint64_t> lane_begin_;   // of each source in first_ and last_, whole vectors of `lanes`
  std::vector<uint32_t> lane_;         // of each connection
  std::vector<Stage> first_;           // the stay of the target of each connection, by source
  std::vector<Stage> last_;
};

/// The stages of as many stays as fit in a vector.
using Lanes [[gnu::vector_size(sizeof(IntervalPlan::Stages))]] = IntervalPlan::Stage;

inline Lanes load(const IntervalPlan::Stage* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}
inline Lanes load(const IntervalPlan::Stages& stages) {
  return load(stages.data());
}
inline Lanes all(IntervalPlan::Stage stage) {
  return Lanes{} + stage;
}

}  // namespace sparsio
