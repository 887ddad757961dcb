// incremental_min: Belady's rule over a changed window, by propagating the difference of two states.
// As in io/min.cpp a state is a set of keys, the next use of every neuron held: 2 * step for a target, 2 * step + 1 for
// a source. States are kept at checkpoints, a stretch of steps apart. Two things are peculiar to MIN:
//
// It looks ahead: a changed window changes what was evicted before it, but only where a neuron next used in the window
// was evicted. Every missed touch knows the stretch in which its neuron was evicted, so a rerun starts at the first
// such stretch of the window's touches. Old keys that lie in the window are renamed to where their neuron is used now.
//
// States stay different for long, but by little. At a checkpoint they differ in a few keys, lost (held only before) and
// gained (held only now). Nothing happens to the difference until the next checkpoint, and the stretch is skipped, if
//   - as many are lost as gained, and none of them is used there,
//   - no lost key was evicted there, and no key of the window,
//   - every eviction there was of a key behind all gained ones: the same key is the farthest now.
// Otherwise the stretch is run. The states have met when, behind the window, nothing is lost or gained.
#include <algorithm>

#include "io/shared/time_set.hpp"
#include "order/anneal/incremental_cost.hpp"

namespace sparsio {
namespace {

using Keys = std::vector<uint32_t>;  // ascending

constexpr uint32_t never = UINT32_MAX;

bool contains(const Keys& keys, uint32_t key) {
  return std::binary_search(keys.begin(), keys.end(), key);
}
/// The key of a touch, and the touch of a key.
uint32_t flip(uint64_t touch) {
  return static_cast<uint32_t>(touch ^ 1);
}

class IncrementalMin : public IncrementalCost {
 public:
  IncrementalMin(const Network& network, std::span<const Step> order, uint64_t memory)
      : IncrementalCost(network, order),
        slots_(slots_for(network, memory)),
        stride_(std::max<uint64_t>(16, slots_)),
        set_(2 * order.size() + 1),
        evicted_at_(2 * order.size(), never),
        used_now_(network.neurons()) {
    const uint64_t stretches = (order.size() + stride_ - 1) / stride_;
    checkpoints_.resize(stretches + 1);
    nearest_evicted_.resize(stretches);
    for (uint64_t at = 0; at < stretches; ++at) {
      nearest_evicted_[at] = run(at);
      unload_rest(checkpoints_[at + 1]);
      for (const uint32_t key : checkpoints_[at + 1]) hold(key);
    }
    for (const auto& [key, at] : evictions_) evicted_at_[key] = at;
    start_ = reach_ = 0;
    keep();
  }

 private:
  struct Difference {
    Keys lost;
    Keys gained;
    bool empty() const { return lost.empty() && gained.empty(); }
  };
  /// What a rerun found at a stretch's begin, and in it. At a checkpoint in the window, gained is the whole state.
  struct Stretch {
    Difference difference;
    uint32_t nearest_evicted = never;
  };
  struct Eviction {
    uint32_t key;
    uint32_t at;  // stretch
  };

  void rerun(uint64_t begin, uint64_t end) override {
    evictions_.clear();
    low_ = static_cast<uint32_t>(2 * begin);
    high_ = static_cast<uint32_t>(2 * end);
    for (uint64_t touch = high_; touch-- > low_;) used_now_[chains().neuron(touch)] = flip(touch);
    find_affected();
    const uint64_t first = begin / stride_;
    start_ = affected_.empty() ? first : std::min<uint64_t>(first, affected_.front());
    bool loaded = false;
    for (uint64_t at = start_; at < nearest_evicted_.size(); ++at) {
      const uint64_t i = at - start_;
      if (stretches_.size() < i + 2) stretches_.resize(2 * i + 2);
      if (i == 0) stretches_[0].difference = {};
      Stretch& stretch = stretches_[i];
      Difference& difference = stretches_[i + 1].difference;
      reach_ = at + 1;
      const bool in_window = at >= first && at * stride_ < end;
      if (!in_window && undisturbed(at, stretch.difference)) {
        stretch.nearest_evicted = nearest_evicted_[at];
        difference = stretch.difference;
        continue;
      }
      if (!loaded) load(checkpoints_[at], stretch.difference);
      stretch.nearest_evicted = run(at);
      loaded = in_window_after(at, first);
      if (loaded) {
        difference.lost.clear();
        unload_rest(difference.gained);
        for (const uint32_t key : difference.gained) hold(key);
      } else {
        unload(checkpoints_[at + 1], difference);
        if (at >= first && difference.empty()) break;
      }
    }
  }

  /// Is the checkpoint after stretch `at` inside the window, where old keys cannot be compared with new ones?
  bool in_window_after(uint64_t at, uint64_t first) const { return at >= first && 2 * (at + 1) * stride_ < high_; }

  /// The stretches in which a neuron was evicted that was next used in the window.
  void find_affected() {
    affected_.clear();
    for (uint32_t key = low_; key < high_; ++key) {
      const Misses missed = old_misses(key / 2) & (key % 2 == 0 ? target_missed : source_missed);
      if (missed != 0 && evicted_at_[key] != never) affected_.push_back(evicted_at_[key]);
    }
    std::sort(affected_.begin(), affected_.end());
  }

  /// What the key of a neuron's next use before the change is after it.
  uint32_t renamed(uint32_t key) const {
    if (key < low_ || key >= high_) return key;
    const Step& step = old_window()[(key - low_) / 2];
    return used_now_[key % 2 == 0 ? step.target : step.source];
  }

  bool undisturbed(uint64_t at, const Difference& difference) const {
    if (std::binary_search(affected_.begin(), affected_.end(), at)) return false;
    if (difference.empty()) return true;
    const auto& [lost, gained] = difference;
    if (lost.size() != gained.size()) return false;
    const uint64_t used_until = 2 * (at + 1) * stride_;
    if (lost.front() < used_until || gained.front() < used_until) return false;
    if (gained.back() > nearest_evicted_[at]) return false;
    return std::all_of(lost.begin(), lost.end(), [&](uint32_t key) {
      return (key >= low_ && key < high_) || contains(checkpoints_[at + 1], key);
    });
  }

  void hold(uint32_t key) {
    set_.insert(key);
    ++held_;
  }
  void release(uint32_t key) {
    set_.erase(key);
    --held_;
  }
  void load(const Keys& before, const Difference& difference) {
    for (const uint32_t key : before) hold(renamed(key));
    for (const uint32_t key : difference.lost) release(key);
    for (const uint32_t key : difference.gained) hold(key);
  }
  /// Empties the set, and says how it differs from `before`.
  void unload(const Keys& before, Difference& difference) {
    difference.lost.clear();
    for (const uint32_t old_key : before) {
      const uint32_t key = renamed(old_key);
      if (set_.contains(key))
        release(key);
      else
        difference.lost.push_back(key);
    }
    std::sort(difference.lost.begin(), difference.lost.end());
    unload_rest(difference.gained);
  }
  void unload_rest(Keys& keys) {
    keys.clear();
    while (held_ > 0) {
      keys.push_back(static_cast<uint32_t>(set_.latest()));
      release(keys.back());
    }
    std::reverse(keys.begin(), keys.end());
  }

  /// Runs a stretch from the state in the set. The nearest key evicted.
  uint32_t run(uint64_t at) {
    uint32_t nearest = never;
    const uint64_t end = std::min<uint64_t>((at + 1) * stride_, steps().size());
    for (uint64_t step = at * stride_; step < end; ++step) {
      const auto target_key = static_cast<uint32_t>(2 * step);
      const uint32_t source_key = target_key + 1;
      const bool missed_source = !set_.contains(source_key);
      const bool missed_target = !set_.contains(target_key);
      if (!missed_source) release(source_key);
      if (!missed_target) release(target_key);
      while (held_ + 2 > slots_) {
        const auto farthest = static_cast<uint32_t>(set_.latest());
        release(farthest);
        nearest = std::min(nearest, farthest);
        evictions_.push_back({farthest, static_cast<uint32_t>(at)});
      }
      for (const uint32_t next : {chains().next(2 * step), chains().next(2 * step + 1)})
        if (next != no_touch) hold(flip(next));
      note(step, static_cast<Misses>((missed_source ? source_missed : 0) | (missed_target ? target_missed : 0)));
    }
    return nearest;
  }

  void commit() override {
    rename_checkpoints();
    for (uint64_t at = start_; at < reach_; ++at) {
      nearest_evicted_[at] = stretches_[at - start_].nearest_evicted;
      const auto& [lost, gained] = stretches_[at - start_ + 1].difference;
      Keys& keys = checkpoints_[at + 1];
      if (in_window_after(at, low_ / 2 / stride_)) {
        keys = gained;
        continue;
      }
      for (const uint32_t key : lost) keys.erase(std::lower_bound(keys.begin(), keys.end(), key));
      for (const uint32_t key : gained) keys.insert(std::lower_bound(keys.begin(), keys.end(), key), key);
    }
    std::fill(evicted_at_.begin() + low_, evicted_at_.begin() + high_, never);
    for (const auto& [key, at] : evictions_) evicted_at_[key] = at;
  }

  /// States up to the window name its steps as they are now.
  void rename_checkpoints() {
    uint64_t at = low_ / 2 / stride_;
    uint64_t earliest = at;
    for (uint64_t touch = low_; touch < high_; ++touch)
      if (chains().previous(touch) != no_touch)
        earliest = std::min<uint64_t>(earliest, chains().previous(touch) / 2 / stride_);
    for (; low_ < high_ && at > earliest; --at) rename(checkpoints_[at]);
  }
  void rename(Keys& keys) const {
    const auto from = std::lower_bound(keys.begin(), keys.end(), low_);
    const auto to = std::lower_bound(from, keys.end(), high_);
    std::transform(from, to, from, [&](uint32_t key) { return renamed(key); });
    std::sort(from, to);
  }

  uint32_t slots_;
  uint64_t stride_;
  TimeSet set_;  // the state while a stretch runs; empty between reruns
  uint64_t held_ = 0;
  std::vector<Keys> checkpoints_;          // before every stride_-th step, and at the end
  std::vector<uint32_t> nearest_evicted_;  // of every stretch
  std::vector<uint32_t> evicted_at_;       // of the key of every missed touch: the stretch its neuron was evicted in
  // Of the last rerun:
  uint32_t low_ = 0;  // the window's keys
  uint32_t high_ = 0;
  std::vector<uint32_t> used_now_;   // of the window's neurons: the key of the first use in it
  Keys affected_;                    // stretches that looked ahead into the window
  uint64_t start_ = 0;               // it began with this stretch
  uint64_t reach_ = 0;               // and ended before this one
  std::vector<Stretch> stretches_;   // [0] is start_; one more difference at the end
  std::vector<Eviction> evictions_;  // of stretches that were run
};

}  // namespace

std::unique_ptr<IncrementalCost> incremental_min(const Network& network, std::span<const Step> order, uint64_t memory) {
  return std::make_unique<IncrementalMin>(network, order, memory);
}

}  // namespace sparsio
