// tile_team: how threads that share a panel hand it to each other.
// Every piece of work, a task on a slice of the columns, has a flag on a line of its own that holds the number of the
// panel for which it was done last, 1 for the first. Numbers have 32 bits: a byte would come round after 256 panels,
// and who was held up meanwhile would take an old number for a new one. Whoever waits looks 200 times, then lets others
// run 200 times, for there may be more threads than cores, and then sleeps until the flag is written.
//
// A team may be stopped, late or because a thread has failed. Then whatever any thread waits for is said to be there,
// and each must look is_stopped() before it goes on.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace sparsio {

/// A number that only grows.
class TileFlag {
 public:
  /// Returns once it is `wanted` or more, whether it had to be waited for. What was written before it was raised is
  /// seen then.
  bool wait_for(uint32_t wanted) const { return value_.load(std::memory_order_acquire) < wanted && wait(wanted); }
  /// From number - 1, unless it is stopped.
  void raise_to(uint32_t number);
  void stop();
  /// What it was raised to.
  uint32_t value() const { return value_.load(std::memory_order_acquire); }

 private:
  bool wait(uint32_t wanted) const;

  alignas(64) std::atomic<uint32_t> value_{0};
};

class TileTeam {
 public:
  /// `pieces` a panel, `panels` at most.
  TileTeam(uint64_t pieces, uint64_t panels)
      : pieces_(pieces),
        panels_(panels),
        flag_(std::make_unique<TileFlag[]>(pieces)),
        panel_(std::make_unique<std::atomic<uint32_t>[]>(panels + 1)) {}

  /// Pieces of all panels, one after the other: the next one that nobody has taken.
  uint64_t draw() { return ticket_.fetch_add(1, std::memory_order_relaxed); }

  TileFlag& flag(uint64_t piece) { return flag_[piece]; }

  /// The number of the panel that the team runs as its `at`-th, as told by one of its threads; the same wait as for a
  /// flag.
  void tell_panel(uint64_t at, uint64_t panel);
  uint64_t panel(uint64_t at) const;

  /// Once before all threads meet: how many there are.
  void set_members(uint32_t members) { members_ = members; }
  uint32_t members() const { return members_; }
  /// Returns once all have come, whether this one had to wait.
  bool meet();

  void stop();
  bool is_stopped() const { return is_stopped_.load(std::memory_order_acquire); }

 private:
  uint64_t pieces_;
  uint64_t panels_;
  std::unique_ptr<TileFlag[]> flag_;
  std::unique_ptr<std::atomic<uint32_t>[]> panel_;  // + 1; 0: not told yet
  uint32_t members_ = 1;
  alignas(64) std::atomic<uint64_t> ticket_{0};
  alignas(64) std::atomic<uint32_t> arrived_{0};
  TileFlag round_;
  std::atomic<bool> is_stopped_{false};
};

}  // namespace sparsio
