// pending_cases: what is left to do of a sweep, known to every rank, and how it falls into pieces that are taken as
// one.
#pragma once

#include <string>
#include <vector>

#include "config/sweep.hpp"
#include "mpi/communicator.hpp"
#include "sweep/rank_schedule.hpp"

namespace sparsio {

/// A case that is not finished.
struct PendingCase {
  const Case* one;
  std::string run;
  uint64_t starts = 0;  // that were never finished
};

/// Collective: every rank learns what rank 0 found to do.
void share_pending(Communicator& ranks, const Sweep& sweep, std::vector<PendingCase>& work);

/// Collective: which work is done together, which is timed and which is shared, by their places.
RankSchedule rank_schedule(const std::vector<PendingCase>& work, Communicator& ranks);

/// Cases that take turns are one block, drawn as one: they are timed on one machine.
std::vector<std::vector<size_t>> blocks_among(const std::vector<PendingCase>& work, const std::vector<size_t>& places);

}  // namespace sparsio
