// contiguous_blocks: rows in a sequence, cut into as many runs as there are parts, each with its share of the
// connections.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "net/layer.hpp"
#include "net/partition.hpp"

namespace sparsio {

/// Puts the rows of layer k = 1, 2, .., given as they are numbered, in sequence.
using Arrange = std::function<void(size_t k, std::vector<uint32_t>& rows)>;

/// From a fresh walk. A row belongs to the part in whose share the middle of its connections lies; in a layer without
/// connections, the row itself.
Partition runs_of_rows(LayerSource& network, uint32_t parts, const Arrange& arrange);

}  // namespace sparsio
