// library: MPI for a library that wants it, also in a process that nobody launched as a rank.
#pragma once

#include <memory>

namespace sparsio {

/// Keeps MPI for as long as what is given lives, joining it if this process has not yet. Unsupported if the process has
/// left it: nobody can join twice.
std::shared_ptr<void> hold_mpi();

}  // namespace sparsio
