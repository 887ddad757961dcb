#include "run/binding.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "mpi/shared/launch.hpp"
#include "record/provenance.hpp"
#include "topo/topology.hpp"

namespace sparsio {

std::string binding_warning(uint32_t cores, uint32_t processors, uint32_t online, Launcher launcher, int ranks,
                            const std::string& command) {
  if (cores != 1 || processors >= online) return "";
  const std::string line = launcher == Launcher::mpirun ? fmt::format("mpirun --bind-to none -n {} {}", ranks, command)
                                                        : fmt::format("srun -n {} -c {} {}", ranks, online, command);
  return fmt::format("a rank is bound to 1 core of a node with {} processors, so its threads are {}; use: {}", online,
                     processors, line);
}

std::string binding_warning(Communicator& ranks, const std::vector<std::string>& command) {
  if (!is_launched()) return "";
  const Machine machine = detect_machine(1);
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  const Launcher launcher = std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr ? Launcher::mpirun : Launcher::srun;
  const std::string mine = machine.is_this_system()
                               ? binding_warning(machine.cores, machine.processing_units, static_cast<uint32_t>(online),
                                                 launcher, ranks.size(), shell_text(command))
                               : "";
  for (const std::string& warning : ranks.gather(mine, 0))
    if (!warning.empty()) return warning;
  return "";
}

}  // namespace sparsio
