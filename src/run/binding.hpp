// binding: whether the launcher left a rank the processors that its threads need.
// Debian's mpirun binds each of one or two ranks to a core; a rank then has one thread, and says nothing about it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mpi/communicator.hpp"

namespace sparsio {

/// What to warn of, with the line to use, if a rank that a launcher started may use one core only of a node that has
/// more: the first such rank's words, on rank 0; "" if all is well. `command`: the program with its arguments.
/// Collective.
std::string binding_warning(Communicator& ranks, const std::vector<std::string>& command);

/// The same, for a rank with `cores` and `processors` (a core may have several) on a node with `online` processors.
enum class Launcher { mpirun, srun };
std::string binding_warning(uint32_t cores, uint32_t processors, uint32_t online, Launcher launcher, int ranks,
                            const std::string& command);

}  // namespace sparsio
