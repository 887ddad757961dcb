// callgrind_pass: the other end of the meter `callgrind`, in the process that valgrind runs.
#pragma once

#include "count/meter.hpp"

namespace sparsio {

/// Executes the pass twice, the second time from a cold simulated cache with callgrind counting, and dumps what it
/// counted. Outside valgrind it only executes it.
void run_for_callgrind(const Pass& pass);

}  // namespace sparsio
