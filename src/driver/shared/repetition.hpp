// repetition: when a case has been timed often enough.
// Either after a fixed number of timed runs, or, with a precision, when the rank-based interval lies within that part
// of the median on both sides, or when its budget of seconds or of runs is spent. The interval is looked at less often
// the more runs there are (every tenth part of them): each look is a chance to stop at a lucky moment, which makes the
// interval of a sequential sample cover a little less than it says.
#pragma once

#include <cstdint>
#include <vector>

#include "config/case.hpp"

namespace sparsio {

struct Repetition {
  uint64_t least = 3;
  double confidence = 0.95;
  double precision = 0;  // 0: exactly `least`
  double budget_seconds = 60;
  uint64_t budget_repetitions = 1000;
};

/// As the case's keys say.
Repetition repetition_of(const Case& one);

/// Have the runs timed so far, in seconds, been enough?
bool is_enough(const std::vector<double>& seconds, const Repetition& wanted);

}  // namespace sparsio
