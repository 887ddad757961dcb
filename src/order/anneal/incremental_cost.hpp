// incremental_cost: what an order costs after a change, without running it again from the start.
// A change puts another permutation of the same steps into a window of the order. A cost keeps which touches missed
// and enough of the cache's states to start at the window; it runs on until the state is again what it was there
// before the change. What comes out equals a full simulation in every bit: the tests hold it against one. How a state
// is kept, started and met again is the policy's:
//   incremental_lru.cpp   a state is two numbers; met again after one turnover of fast memory
//   incremental_min.cpp   the difference of two states is propagated; stretches it does not touch are skipped
//   incremental_rr.cpp    states are kept at checkpoints and compared as seen from the hand
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "order/anneal/miss_ledger.hpp"
#include "order/anneal/touch_chains.hpp"

namespace sparsio {

class IncrementalCost {
 public:
  virtual ~IncrementalCost() = default;

  std::span<const Step> steps() const { return chains_.steps(); }
  /// Reads of values and writes, as PolicyKind::simulate counts them.
  IoCount count() const { return ledger_.count(); }
  uint64_t total() const { return count().value_reads + count().value_writes; }

  /// Steps begin .. begin + window.size() - 1 become `window`, a permutation of them that keeps the order valid;
  /// count() and steps() are those of the changed order. Then keep() or drop(), before anything else.
  void attempt(uint64_t begin, std::span<const Step> window);
  void keep();
  /// As if the attempt had not been made.
  void drop();

 protected:
  IncrementalCost(const Network& network, std::span<const Step> steps)
      : chains_(network.neurons(), steps), ledger_(network), misses_(steps.size(), 0) {}

  /// Runs the changed order and notes what every step that may differ from before misses, those of the window at least.
  virtual void rerun(uint64_t begin, uint64_t end) = 0;
  /// The states of the last rerun become the current ones; called before the old misses are forgotten.
  virtual void commit() = 0;

  /// A step misses this in the changed order.
  void note(uint64_t step, Misses misses) {
    if (!in_window(step)) {
      if (misses == misses_[step]) return;
      ledger_.strike(steps()[step], misses_[step]);
    }
    ledger_.enter(steps()[step], misses);
    noted_.push_back({static_cast<uint32_t>(step), misses});
  }
  const TouchChains& chains() const { return chains_; }
  /// The window's steps before the change, and what any step missed then.
  std::span<const Step> old_window() const { return old_window_; }
  Misses old_misses(uint64_t step) const { return misses_[step]; }

 private:
  struct Noted {
    uint32_t step;
    Misses misses;
  };
  bool in_window(uint64_t step) const { return step >= window_begin_ && step < window_end_; }

  TouchChains chains_;
  MissLedger ledger_;
  std::vector<Misses> misses_;  // of every step, before the attempt
  std::vector<Noted> noted_;
  std::vector<Step> old_window_;
  uint64_t window_begin_ = 0;
  uint64_t window_end_ = 0;
};

/// The cost of `steps`, valid for `network`, under "lru", "rr" or "min" with `memory` >= 3 words. BadInput at `place`
/// for another policy.
std::unique_ptr<IncrementalCost> incremental_cost(const Network& network, std::span<const Step> steps, uint64_t memory,
                                                  const std::string& policy, const std::string& place);

/// BadInput at `place` for a policy that orders are not annealed for.
void check_annealed_policy(const std::string& policy, const std::string& place);

using MakeIncrementalCost = std::unique_ptr<IncrementalCost>(const Network&, std::span<const Step>, uint64_t);
MakeIncrementalCost incremental_lru;
MakeIncrementalCost incremental_rr;
MakeIncrementalCost incremental_min;

/// M - 1, or as many as can be of use.
inline uint32_t slots_for(const Network& network, uint64_t memory) {
  return static_cast<uint32_t>(std::min<uint64_t>(memory - 1, uint64_t{network.neurons()} + 1));
}

}  // namespace sparsio
