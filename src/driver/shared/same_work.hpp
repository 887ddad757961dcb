// same_work: ranks that compute different things would give one answer that is nobody's.
#pragma once

#include "mpi/communicator.hpp"
#include "net/inputs.hpp"
#include "net/plan.hpp"

namespace sparsio {

/// BadInput on all ranks if they do not have the same program, network and inputs. Collective.
void expect_same_work(const Plan& plan, const Inputs& inputs, Communicator& ranks);

}  // namespace sparsio
