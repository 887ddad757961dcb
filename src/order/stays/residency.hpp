// residency: a schedule told as who is in fast memory when, and counted source by source.
// Beside the stays of targets (target_stays.hpp) there are visits of sources: a source is read at one stage, gives to
// every target that stays then, and may linger, to give to those that enter until it goes; a target that is complete
// may linger likewise, and is written only if it must be read again. Given the stays, the cheapest visits of a source
// are found by a recurrence from its latest target to its earliest one, a stage of lingering having a price: without
// lingering it is the piercing number of intervals (Gupta, Lee, Leung 1982). The trick: every source is counted on its
// own, so the I/Os after a change cost a look at few sources. That stays and lingering values fit in fast memory is
// another count, kept stage by stage; a stage may be overfull, at a price, while a search is on its way. Of an order
// with no stage overfull no more is read and written than is planned; eviction by Belady's rule can only find more to
// keep.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "order/stays/target_stays.hpp"

namespace sparsio {

class ResidencyPlan : public TargetStays {
 public:
  /// What changes are judged by: a word costs 1.
  struct Price {
    double overfull = 0;  // of each value beyond `size`, a stage
    double allowed = 0;   // the most a change may cost
  };

  /// See TargetStays. `lingering` is the price of a stage, in words.
  ResidencyPlan(const Network& network, const Adjacency& adjacency, const Order& start, uint64_t size,
                double lingering);

  double lingering() const;
  Stage stages() const { return stages_; }
  /// The place of v among the leaving targets. Those behind the last stage leave in it.
  uint32_t departure(uint32_t v) const { return departure_[v]; }

  /// Makes one change, or two of targets that exchange departures, if all sources still precede their targets and it
  /// is worth its price. Was it made?
  bool attempt(std::span<const Change> changes, const Price& price);

  uint64_t words() const { return words_; }        // values read again, and written to be read again
  uint64_t overfull() const { return overfull_; }  // sum over stages of what does not fit
  uint64_t reads() const;                          // of values of sources
  uint64_t lingers() const;                        // sum of stages
  Order order();

 private:
  static constexpr Stage never = INT16_MAX;
  struct Visit {
    Stage from;
    Stage to;
  };
  /// Visits of a source, its own stay's end first if it is a target; of more than `lanes` the first are kept. An empty
  /// lane ends before it begins.
  struct Source {
    Source() {
      from.fill(never);
      to.fill(-never);
    }
    alignas(16) std::array<Stage, lanes> from;
    std::array<Stage, lanes> to;
    bool own = false;  // the first visit is its own stay's end
    uint32_t count = 0;
    int32_t words = 0;
    int32_t lingers = 0;  // stages
  };
  enum class Affected : uint8_t { no, for_worse, maybe_better };
  struct Recount {
    uint32_t neuron;
    uint8_t of;  // bit i: changes[i] is of one of its targets
    Source source;
  };

  bool allows(const Change& change) const;
  Affected affects(uint32_t u, const Change& change) const;
  void find_affected(std::span<const Change> changes);
  size_t load(uint32_t u, std::span<const Change> changes, uint8_t of);
  size_t plan_visits(uint32_t u, size_t count);
  size_t linger(Stage since, size_t next, int32_t word_ahead) const;
  template <class Each>
  void for_visits(uint32_t u, size_t begin, size_t count, const Each& each) const;
  Source plural(uint32_t u, size_t count);
  void keep(std::span<const Change> changes);
  void replace(uint32_t u, const Change& change);
  int64_t occupy(int from, int to, int by);
  int64_t occupy(const Source& before, const Source& after);
  int64_t occupy(Stay before, Stay after);

  int size_;
  Stage stages_ = 0;
  int32_t lingering_;
  std::vector<uint32_t> departure_;
  std::vector<uint32_t> stays_;  // by source, ascending: first << 16 | last of its targets
  std::vector<Source> source_;   // of each neuron
  std::vector<Stage> occupied_;  // values at each stage
  uint64_t words_ = 0;
  uint64_t overfull_ = 0;
  // Of the source that is being counted:
  std::vector<Stage> first_;         // of its targets, ascending
  std::vector<Stage> earliest_end_;  // of this target and the later ones
  std::vector<int32_t> cost_;        // to serve them
  std::vector<uint32_t> next_;       // the first that a visit at their earliest end leaves to later ones
  // Of an attempt:
  std::vector<Recount> recounts_;
  size_t better_ = 0;  // so many of them, the first ones, may get better
  std::vector<uint64_t> seen_;
  uint64_t stamp_ = 0;
};

}  // namespace sparsio
