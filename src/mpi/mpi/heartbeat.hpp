// heartbeat: whom a rank tells that it lives, and whom it hears.
// Rank 0 has all others as peers and they have rank 0, so that N ranks need 2 (N - 1) beats a second at most. Who says
// farewell may be silent ever after; who is silent for longer than the limit without one is dead or stopped. A rank
// that was stopped itself has heard nobody, and forgives all. No word of MPI here, and the time is told by the caller.
#pragma once

#include <chrono>
#include <vector>

namespace sparsio {

class Peers {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;
  using Seconds = std::chrono::duration<double>;

  Peers(int rank, int size, Seconds limit, Time now);

  /// The peers are the ranks first() to last(); none where last() is before first().
  int first() const { return rank_ == 0 ? 1 : 0; }
  int last() const { return rank_ == 0 ? static_cast<int>(heard_.size()) - 1 : 0; }
  Seconds limit() const { return limit_; }

  void hear(int peer, Time now) { heard_[static_cast<size_t>(peer)] = now; }
  void take_leave_of(int peer) { has_left_[static_cast<size_t>(peer)] = true; }
  bool has_left(int peer) const { return has_left_[static_cast<size_t>(peer)]; }
  bool have_all_left() const;
  /// This rank is awake; called every few hundredths of a second, unless it was stopped.
  void wake(Time now);
  /// A peer that is taken for dead; -1: none.
  int dead(Time now) const;

 private:
  int rank_;
  Seconds limit_;
  Time woke_;
  std::vector<Time> heard_;  // by rank
  std::vector<bool> has_left_;
};

/// 30 s, or SPARSIO_SILENCE seconds.
Peers::Seconds silence_limit();

}  // namespace sparsio
