// layer_by_layer: a partition made layer by layer, the first one first, each told who owns the values that it reads.
#pragma once

#include <functional>

#include "net/layer.hpp"
#include "net/partition.hpp"
#include "part/shared/row_groups.hpp"

namespace sparsio {

/// The part of each piece of a layer. `owner`: of the layer's sources; empty for the inputs, which nobody owns yet.
using Phase = std::function<std::vector<uint32_t>(const Layer& layer, const RowGroups& pieces,
                                                  const std::vector<uint32_t>& owner)>;

/// From a fresh walk. `imbalance` as in pieces_of().
Partition phase_by_phase(LayerSource& network, uint32_t parts, double imbalance, const Phase& phase);

}  // namespace sparsio
