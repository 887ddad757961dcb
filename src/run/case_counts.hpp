// case_counts: what a meter counts of a case, one pass over one panel on one thread, and what the record says of it.
#pragma once

#include <vector>

#include "base/deadline.hpp"
#include "config/case.hpp"
#include "count/meter.hpp"
#include "driver/shared/execute.hpp"
#include "record/record.hpp"
#include "run/case_theory.hpp"

namespace sparsio {

/// What is to be counted. The references outlive it.
struct MissCount {
  const Case& one;
  const Execution& execution;
  const Plan& plan;
  const Inputs& inputs;
  const std::vector<CacheGeometry>& levels;
  std::vector<CacheGeometry> machine_levels;
  uint64_t panel = 1;
  uint64_t memory_values = 0;
  Deadline deadline;
};

/// What is predicted is what the meter can see: an instrument without the newest instruction set counts the kernels of
/// an older one, which lay out and walk their data otherwise.
ModelledPass watched_pass(const MissCount& of);

/// Counts that are the same each time are taken from the cache if they are there.
void count_misses(const MissCount& of, CaseCache& bench, Record& record);

}  // namespace sparsio
