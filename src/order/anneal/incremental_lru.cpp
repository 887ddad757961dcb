// incremental_lru: LRU over a changed window.
// The trick: with freed values gone, LRU holds the most recently touched living neurons, so a state of the cache is one
// number, the boundary: a living neuron is held iff its last touch is not before it. A touch hits iff the neuron's
// previous touch is not before the boundary. To evict, the boundary walks forward over touches that are no longer their
// neuron's last, or whose neuron is dead, to the next that is: amortised constant time, and no list. The number held
// stands beside it. Both are kept for every step, so a rerun starts anywhere at no cost.
//
// The states meet when as many are held as before and both boundaries are behind the window: what lies behind it is
// touched in the same sequence. While as many are held and both boundaries are still before the window, the two runs
// cannot differ; these steps are leapt over (the boundary never goes back, so the end of the stretch is searched).
#include <algorithm>

#include "order/anneal/incremental_cost.hpp"

namespace sparsio {
namespace {

class IncrementalLru : public IncrementalCost {
 public:
  IncrementalLru(const Network& network, std::span<const Step> order, uint64_t memory)
      : IncrementalCost(network, order), slots_(slots_for(network, memory)), states_(order.size()) {
    rerun(0, 0);
    keep();
  }

 private:
  /// Before a step.
  struct State {
    uint32_t boundary = 0;  // a touch
    uint32_t held = 0;
  };
  struct Change {
    uint32_t step;
    State state;
  };

  void rerun(uint64_t begin, uint64_t end) override {
    changes_.clear();
    const TouchChains& chain = chains();
    const uint64_t all = states_.size();
    State state = begin < all ? states_[begin] : State();
    for (uint64_t step = begin; step < all; ++step) {
      if (step >= end && end > 0 && state.held == states_[step].held) {
        const uint32_t before = states_[step].boundary;
        if (state.boundary >= 2 * end && before >= 2 * end) return raise(step, all, state.boundary);
        if (state.boundary <= 2 * begin && before <= 2 * begin) {
          const uint64_t until = last_before(step, 2 * begin);
          raise(step, until, state.boundary);
          state = {std::max(state.boundary, states_[until].boundary), states_[until].held};
          step = until;
        }
      }
      changes_.push_back({static_cast<uint32_t>(step), state});
      const uint64_t source = 2 * step;
      const uint64_t target = source + 1;
      const uint32_t last_source = chain.previous(source);
      const uint32_t last_target = chain.previous(target);
      const bool missed_source = last_source == no_touch || last_source < state.boundary;
      const bool missed_target = last_target == no_touch || last_target < state.boundary;
      state.held += uint32_t{missed_source} + uint32_t{missed_target};
      for (; state.held > slots_; ++state.boundary) {
        const uint32_t next = chain.next(state.boundary);
        state.held -= next != no_touch && next > target;
      }
      note(step, static_cast<Misses>((missed_source ? source_missed : 0) | (missed_target ? target_missed : 0)));
      state.held -= uint32_t{chain.next(source) == no_touch} + uint32_t{chain.next(target) == no_touch};
    }
  }

  /// The same living neurons may be held behind different boundaries. Where the rerun's is the later one it is written
  /// into the steps not run, so that boundaries never go back: else a later leap could pass over an eviction.
  void raise(uint64_t step, uint64_t until, uint32_t boundary) {
    for (; step < until && states_[step].boundary < boundary; ++step)
      changes_.push_back({static_cast<uint32_t>(step), {boundary, states_[step].held}});
  }

  /// The last step from `step` on before which the boundary is at most `touch`.
  uint64_t last_before(uint64_t step, uint64_t touch) const {
    uint64_t stride = 1;
    while (step + stride < states_.size() && states_[step + stride].boundary <= touch) step += stride, stride *= 2;
    for (; stride > 0; stride /= 2)
      if (step + stride < states_.size() && states_[step + stride].boundary <= touch) step += stride;
    return step;
  }

  void commit() override {
    for (const auto& [step, state] : changes_) states_[step] = state;
  }

  uint32_t slots_;
  std::vector<State> states_;
  std::vector<Change> changes_;
};

}  // namespace

std::unique_ptr<IncrementalCost> incremental_lru(const Network& network, std::span<const Step> order, uint64_t memory) {
  return std::make_unique<IncrementalLru>(network, order, memory);
}

}  // namespace sparsio
