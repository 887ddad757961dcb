// thread_usage: what the operating system counts for every thread, hardware counters or not: page faults, context
// switches, processor time. It needs no permission, and works in virtual machines and containers; so it is always on,
// and it is what the plumbing of counters is tested with where there are no others.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "count/papi/thread_counters.hpp"

namespace sparsio {

/// "page_faults", "context_switches", "task_clock_seconds", in the order of their counts.
const std::vector<std::string>& thread_usage_names();

std::unique_ptr<ThreadCounters> make_thread_usage();

}  // namespace sparsio
