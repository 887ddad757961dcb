// team_size: how many threads a process takes when nobody said.
// All that it may run on, alone; several ranks that may run on the same processors share them, or each would start as
// many threads as there are processors, and they would wait for each other.
#pragma once

#include "mpi/communicator.hpp"

namespace sparsio {

/// Threads for this rank, at least 1: OMP_NUM_THREADS if it is set, else the processors of its affinity mask, divided
/// among the ranks of `node` that have the same mask. Collective over `node`.
unsigned team_size(Communicator& node);

}  // namespace sparsio
