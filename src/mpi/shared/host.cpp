#include "mpi/shared/host.hpp"

#include <unistd.h>

#include <cstdlib>

namespace sparsio {

std::string host_name() {
  char name[256] = "unknown host";
  gethostname(name, sizeof name - 1);
  return name;
}

int pretended_node_size() {
  const char* given = std::getenv("SPARSIO_NODE_RANKS");
  return given == nullptr ? 0 : std::atoi(given);
}

}  // namespace sparsio
