#include "part/shared/contiguous_blocks.hpp"

#include <algorithm>
#include <numeric>

namespace sparsio {
namespace {

std::vector<uint32_t> cut(const Layer& layer, const std::vector<uint32_t>& rows, uint32_t parts) {
  const bool has_connections = layer.connections() > 0;
  const uint64_t all = 2 * (has_connections ? layer.connections() : layer.targets);
  std::vector<uint32_t> part(layer.targets, 0);
  uint64_t before = 0;
  for (const uint32_t row : rows) {
    const uint64_t weight = has_connections ? layer.sources_of(row).size() : 1;
    const uint64_t middle = 2 * before + weight;  // both doubled
    // Rows without connections at the very end have their middle at `all`.
    part[row] = static_cast<uint32_t>(std::min<uint64_t>(parts - 1, middle * parts / all));
    before += weight;
  }
  return part;
}

}  // namespace

Partition runs_of_rows(LayerSource& network, uint32_t parts, const Arrange& arrange) {
  Partition made{parts, {{}}};
  std::vector<uint32_t> rows;
  network.restart();
  for (Layer layer; network.next(layer);) {
    rows.resize(layer.targets);
    std::iota(rows.begin(), rows.end(), 0U);
    arrange(made.owner.size(), rows);
    made.owner.push_back(cut(layer, rows, parts));
  }
  return made;
}

}  // namespace sparsio
