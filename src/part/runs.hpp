// runs: rows in a sequence, cut into as many runs as there are parts, each with its share of the connections.
#pragma once

#include <cstdint>
#include <vector>

#include "net/layer.hpp"

namespace sparsio {

/// The part of each row of `layer`: a row belongs to the part in whose share the middle of its connections lies, in a
/// layer without connections the row itself.
std::vector<uint32_t> cut_into_runs(const Layer& layer, const std::vector<uint32_t>& sequence, uint32_t parts);

}  // namespace sparsio
