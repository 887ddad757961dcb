#include "part/shared/layer_by_layer.hpp"

namespace sparsio {

Partition phase_by_phase(LayerSource& network, uint32_t parts, double imbalance, const Phase& phase) {
  Partition made{parts, {{}}};
  network.restart();
  for (Layer layer; network.next(layer);) {
    const RowGroups pieces = pieces_of(layer, parts, imbalance);
    const std::vector<uint32_t> part = phase(layer, pieces, made.owner.back());
    std::vector<uint32_t>& owner = made.owner.emplace_back(layer.targets);
    for (size_t piece = 0; piece < pieces.count(); ++piece)
      for (const uint32_t row : pieces.rows[piece]) owner[row] = part[piece];
  }
  return made;
}

}  // namespace sparsio
