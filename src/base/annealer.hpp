// annealer: the loop of simulated annealing, whatever is annealed.
// What makes things worse is kept the less often the longer the search has lasted (Kirkpatrick, Gelatt, Vecchi 1983);
// the temperature falls geometrically. The caller makes a proposal each time that next() says so. Same seed, same
// search, unless the budget is a time.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>

#include "base/random.hpp"

namespace sparsio {

/// What falls, or rises, geometrically from `first` to `last`, both in `unit`s.
struct Geometric {
  double first;
  double last;
  double unit = 1;

  /// After this share of the search, 0 .. 1.
  double at(double share) const { return unit * first * std::pow(last / first, share); }
};

class Annealer {
 public:
  struct Budget {
    uint64_t proposals;
    double seconds = 0;  // above 0 this time is the budget instead
  };

  /// The temperature is looked up every `cool_every` proposals.
  Annealer(const Budget& budget, const Geometric& temperature, uint64_t cool_every = 256)
      : proposals_(budget.seconds > 0 ? UINT64_MAX : budget.proposals),
        seconds_(budget.seconds),
        cooling_(temperature),
        cool_every_(cool_every) {}

  /// Is there one more proposal to make? Calls look(share of the budget that is spent) whenever it cools.
  template <class Look>
  bool next(const Look& look) {
    if (made_ == cool_at_) {
      const double spent = share();
      look(spent);
      if (spent >= 1) return false;
      temperature_ = cooling_.at(spent);
      cool_at_ += cool_every_;
    }
    if (made_ == proposals_) return false;
    ++made_;
    return true;
  }
  bool next() {
    return next([](double) {});
  }

  /// The most that a change may cost to be kept, drawn anew: cost c is kept with probability exp(-c / temperature).
  double allowed(RandomStream& random) const { return -temperature_ * std::log(1 - random.uniform()); }

  uint64_t made() const { return made_; }
  double temperature() const { return temperature_; }

 private:
  using Clock = std::chrono::steady_clock;

  double share() const {
    if (seconds_ > 0) return std::chrono::duration<double>(Clock::now() - start_).count() / seconds_;
    return static_cast<double>(made_) / static_cast<double>(proposals_);
  }

  uint64_t proposals_;
  double seconds_;
  Geometric cooling_;
  uint64_t cool_every_;
  uint64_t made_ = 0;
  uint64_t cool_at_ = 0;
  double temperature_ = 0;
  Clock::time_point start_ = Clock::now();
};

}  // namespace sparsio
