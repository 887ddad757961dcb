// counters: a number that several ranks draw from.
// On one node it is a word of shared memory, and drawing is an atomic addition. Over several nodes the first rank keeps
// it and answers by message.
#pragma once

#include <memory>

#include "mpi/communicator.hpp"
#include "mpi/mpi/process.hpp"

namespace sparsio {

/// Collective over `comm`, which must outlive the counter; its ranks are all on one node.
std::unique_ptr<Counter> shared_counter(std::shared_ptr<Process> process, MPI_Comm comm);

/// The same for ranks of several nodes; `rank` is this one's in `comm`.
std::unique_ptr<Counter> asked_counter(std::shared_ptr<Process> process, MPI_Comm comm, int rank);

}  // namespace sparsio
