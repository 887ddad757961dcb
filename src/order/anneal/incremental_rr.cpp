// incremental_rr: round robin over a changed window.
// One extra miss moves the hand, and everything is evicted a little earlier from then on: the difference of two states
// is never small, and a rerun goes on until they meet, which takes long. So it is made cheap instead: states are kept
// at checkpoints, and written down as seen from the hand (slot 0 is where it points), because two caches that are
// rotations of each other behave alike; compared slot by slot they would never meet again.
#include <algorithm>

#include "order/anneal/incremental_cost.hpp"

namespace sparsio {
namespace {

constexpr uint32_t nothing = UINT32_MAX;

class IncrementalRoundRobin : public IncrementalCost {
 public:
  IncrementalRoundRobin(const Network& network, std::span<const Step> order, uint64_t memory)
      : IncrementalCost(network, order),
        slots_(slots_for(network, memory)),
        stride_(std::max<uint64_t>(16, 2 * slots_)),
        slot_of_(network.neurons(), nothing),
        cache_(slots_, nothing) {
    checkpoints_.resize(order.size() / stride_ + 1);
    rerun_checkpoints_.resize(checkpoints_.size());
    State empty;
    empty.neuron.assign(slots_, nothing);
    for (uint32_t slot = slots_; slot-- > 0;) empty.free.push_back(slot);
    checkpoints_[0] = empty;
    rerun(0, 0);
    keep();
  }

 private:
  /// As seen from the hand.
  struct State {
    std::vector<uint32_t> neuron;  // of each slot, or `nothing`
    std::vector<uint32_t> free;    // slots whose neuron died, the next to be used last
    bool operator==(const State&) const = default;
  };

  void rerun(uint64_t begin, uint64_t end) override {
    const TouchChains& chain = chains();
    const uint64_t all = steps().size();
    first_ = begin / stride_;
    last_ = first_;
    load(checkpoints_[first_]);
    for (uint64_t step = first_ * stride_; step < all; ++step) {
      if (step % stride_ == 0 && step > first_ * stride_) {
        last_ = step / stride_;
        save(rerun_checkpoints_[last_]);
        if (step >= end && end > 0 && rerun_checkpoints_[last_] == checkpoints_[last_]) break;
      }
      const auto [u, v] = steps()[step];
      const Misses missed_source = hold(u, slot_of_[v]) ? source_missed : 0;
      const Misses missed_target = hold(v, slot_of_[u]) ? target_missed : 0;
      note(step, missed_source | missed_target);
      if (chain.next(2 * step) == no_touch) release(u);
      if (chain.next(2 * step + 1) == no_touch) release(v);
    }
    for (const uint32_t v : cache_)
      if (v != nothing) slot_of_[v] = nothing;
  }

  /// Did it have to be loaded?
  bool hold(uint32_t v, uint32_t pinned) {
    if (slot_of_[v] != nothing) return false;
    uint32_t slot = 0;
    if (!free_.empty()) {
      slot = free_.back();
      free_.pop_back();
    } else {
      if (hand_ == pinned) advance();
      slot = hand_;
      advance();
      slot_of_[cache_[slot]] = nothing;
    }
    cache_[slot] = v;
    slot_of_[v] = slot;
    return true;
  }
  void release(uint32_t v) {
    free_.push_back(slot_of_[v]);
    cache_[slot_of_[v]] = nothing;
    slot_of_[v] = nothing;
  }
  void advance() { hand_ = hand_ + 1 == slots_ ? 0 : hand_ + 1; }

  void load(const State& state) {
    hand_ = 0;
    cache_ = state.neuron;
    free_ = state.free;
    for (uint32_t slot = 0; slot < slots_; ++slot)
      if (cache_[slot] != nothing) slot_of_[cache_[slot]] = slot;
  }
  void save(State& state) const {
    state.neuron.resize(slots_);
    std::rotate_copy(cache_.begin(), cache_.begin() + hand_, cache_.end(), state.neuron.begin());
    state.free = free_;
    for (uint32_t& slot : state.free) slot = slot >= hand_ ? slot - hand_ : slot + slots_ - hand_;
  }

  void commit() override {
    for (uint64_t at = first_ + 1; at <= last_; ++at) std::swap(checkpoints_[at], rerun_checkpoints_[at]);
  }

  uint32_t slots_;
  uint64_t stride_;
  std::vector<uint32_t> slot_of_;  // of every neuron; all `nothing` between reruns
  std::vector<uint32_t> cache_;    // the neuron in each slot
  std::vector<uint32_t> free_;
  uint32_t hand_ = 0;
  std::vector<State> checkpoints_;  // before every stride_-th step
  std::vector<State> rerun_checkpoints_;
  uint64_t first_ = 0;  // the last rerun started at this checkpoint and passed those up to last_
  uint64_t last_ = 0;
};

}  // namespace

std::unique_ptr<IncrementalCost> incremental_rr(const Network& network, std::span<const Step> order, uint64_t memory) {
  return std::make_unique<IncrementalRoundRobin>(network, order, memory);
}

}  // namespace sparsio
