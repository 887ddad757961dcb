// team_error: what a thread of a team throws, carried out of the parallel region.
// An exception that leaves an OpenMP region ends the program; a case that runs out of memory should become a row. So
// each thread does its work in guard(), the first exception is kept, and the caller throws it again after the region.
// Barriers and work-sharing loops stand between guards, never inside one: every thread must come to them, whatever
// failed before.
#pragma once

#include <atomic>
#include <exception>

namespace sparsio {

class TeamError {
 public:
  template <class Action>
  void guard(const Action& action) noexcept {
    try {
      action();
    } catch (...) {
      if (!is_caught_.exchange(true)) first_ = std::current_exception();
    }
  }

  /// Whether a thread has failed, so that the others may stop.
  bool is_caught() const { return is_caught_.load(std::memory_order_relaxed); }

  /// After the region, whose end makes what the threads wrote visible.
  void rethrow() const {
    if (first_) std::rethrow_exception(first_);
  }

 private:
  std::atomic<bool> is_caught_{false};
  std::exception_ptr first_;
};

}  // namespace sparsio
