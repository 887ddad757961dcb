// An engine that does nothing but take processor time, for tests of who is told to be faster.
#pragma once

#include <time.h>

#include "exec/engine.hpp"

namespace sparsio {

class Spinning final : public Engine {
 public:
  /// Each run takes so long, and is counted.
  Spinning(double seconds, int& runs) : seconds_(seconds), runs_(runs) {}
  void prepare(const Plan&) override {}
  Outcome run(const Inputs&, Observe, const Deadline&) override {
    ++runs_;
    for (const double end = now() + seconds_; now() < end;) {
    }
    return {};
  }
  EngineCost cost() const override { return {}; }
  void visit(AccessVisitor&, const Worker&, PassInputs) const override {}

 private:
  static double now() {
    timespec at{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + 1e-9 * static_cast<double>(at.tv_nsec);
  }
  double seconds_;
  int& runs_;
};

}  // namespace sparsio
