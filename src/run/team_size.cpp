#include "run/team_size.hpp"

#include <omp.h>
#include <sched.h>

#include <algorithm>
#include <cstdlib>

namespace sparsio {

unsigned team_size(Communicator& node) {
  const auto threads = static_cast<unsigned>(omp_get_max_threads());
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) CPU_ZERO(&mask);
  const std::string mine(reinterpret_cast<const char*>(&mask), sizeof mask);
  std::string all;
  for (const std::string& one : node.gather(mine, 0)) all += one;
  all = node.broadcast(all, 0);
  unsigned sharing = 0;
  for (size_t begin = 0; begin < all.size(); begin += sizeof mask)
    if (all.compare(begin, sizeof mask, mine) == 0) ++sharing;
  if (std::getenv("OMP_NUM_THREADS") != nullptr) return threads;
  return std::max(1U, threads / std::max(1U, sharing));
}

}  // namespace sparsio
