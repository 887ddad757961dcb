#include "run/binding.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

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

std::string binding_warning(int ranks, const std::string& command) {
  const Machine machine = detect_machine(1);
  if (!machine.is_this_system()) return "";
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  const Launcher launcher = std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr ? Launcher::mpirun : Launcher::srun;
  return binding_warning(machine.cores, machine.processing_units, static_cast<uint32_t>(online), launcher, ranks,
                         command);
}

}  // namespace sparsio
