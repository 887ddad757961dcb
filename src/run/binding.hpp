// binding: whether the launcher left a rank the processors that its threads need.
// Debian's mpirun binds each of one or two ranks to a core; a rank then has one thread, and says nothing about it.
#pragma once

#include <cstdint>
#include <string>

namespace sparsio {

/// What to warn of, with the line to use, if this rank may use one core only of a node that has more; "" if all is
/// well. `command`: the program with its arguments.
std::string binding_warning(int ranks, const std::string& command);

/// The same, for a rank with `cores` and `processors` (a core may have several) on a node with `online` processors.
enum class Launcher { mpirun, srun };
std::string binding_warning(uint32_t cores, uint32_t processors, uint32_t online, Launcher launcher, int ranks,
                            const std::string& command);

}  // namespace sparsio
