// rank_facts: the provenance of all ranks as one, on rank 0.
#pragma once

#include <vector>

#include "mpi/communicator.hpp"
#include "record/results.hpp"

namespace sparsio {

/// Collective. On rank 0 its facts with those of the others that differ; elsewhere the rank's own.
std::vector<NamedText> joined_facts(Communicator& ranks, const std::vector<NamedText>& own);

}  // namespace sparsio
