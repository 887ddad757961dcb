#include "part/runs.hpp"

#include <algorithm>

namespace sparsio {

std::vector<uint32_t> cut_into_runs(const Layer& layer, const std::vector<uint32_t>& sequence, uint32_t parts) {
  const bool has_connections = layer.connections() > 0;
  const uint64_t all = 2 * (has_connections ? layer.connections() : layer.targets);
  std::vector<uint32_t> part(layer.targets, 0);
  uint64_t before = 0;
  for (const uint32_t t : sequence) {
    const uint64_t weight = has_connections ? layer.sources_of(t).size() : 1;
    const uint64_t middle = 2 * before + weight;  // both doubled
    // Rows without connections at the very end have their middle at `all`.
    part[t] = static_cast<uint32_t>(std::min<uint64_t>(parts - 1, middle * parts / all));
    before += weight;
  }
  return part;
}

}  // namespace sparsio
