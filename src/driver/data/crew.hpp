// crew: several ranks that look like one engine.
// Rank 0 executes the case as a process alone would; the engine in its hands passes on what it is told. The other
// ranks wait for orders: prepare an engine, run a batch, and are dismissed when rank 0 lets go of the last engine. So
// how often, how long and how a case is timed and verified is decided in one place, and on one clock.
#pragma once

#include <memory>

#include "base/deadline.hpp"
#include "driver/shared/execute.hpp"
#include "mpi/communicator.hpp"

namespace sparsio {

/// What the ranks share out, each holding all of it.
struct CrewWork {
  const ExecutionRequest& request;
  const Inputs& inputs;
  const Deadline& deadline;
};

/// Rank 0: `request` with engines that all ranks run together, which it must let go of to dismiss them. `inputs` and
/// `ranks` must outlive the engines; they run batches of the first rows of `inputs`. A run's seconds are those from a
/// barrier until the categories of all stand on rank 0, the largest over the ranks; its rank_seconds are what each rank
/// computed. It throws what an engine throws on any rank.
ExecutionRequest with_crew(const CrewWork& work, Communicator& ranks);

/// All other ranks: does what rank 0 asks, until dismissed.
void serve(const CrewWork& work, Communicator& ranks);

}  // namespace sparsio
