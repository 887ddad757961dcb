// launch: whether this process is one of several ranks, and what they do together.
// MPI is joined only when a launcher says that it started us for it. A batch job's own variables (SLURM_*) say no such
// thing: they stand in the environment of every program of the job, also of one that nobody launched.
#pragma once

#include <exception>
#include <functional>

#include "mpi/communicator.hpp"

namespace sparsio {

/// OMPI_COMM_WORLD_SIZE, PMIX_RANK or PMI_RANK is set.
bool is_launched();

/// Runs `program` as one of the launched ranks, or alone, and gives its exit code. What `program` throws on one rank
/// ends all ranks, with the rank in the message; what agree() throws is said once and gives exit code 1 everywhere.
/// BadInput: started as several ranks, and this build has no MPI.
int as_ranks(const std::function<int(Communicator&)>& program);

/// How a step failed on this rank; null if it did not.
std::exception_ptr failure_of(const std::function<void()>& step);

/// Throws on all ranks if one of them has failed: Unsupported, TimeLimit or else runtime_error, as the first that
/// failed, with the words of each and its rank. A rank alone throws what it met. Collective: no rank waits for another
/// that has failed.
void agree(Communicator& ranks, const std::exception_ptr& failure);

/// A step that every rank takes and that may fail, on one rank or on all: then no rank goes on. Collective.
void together(Communicator& ranks, const std::function<void()>& step);

/// BadInput if the ranks do not all have the same text: `what` differs, `remedy`. Collective.
void expect_same(Communicator& ranks, const std::string& text, const std::string& what, const std::string& remedy);

}  // namespace sparsio
