// twins: the targets of a layer that have the same sources.
#pragma once

#include <cstdint>
#include <vector>

#include "net/layer.hpp"

namespace sparsio {

/// Each group's targets, ascending, the groups by their first target; a target without twins is a group of one.
/// Weights and biases are not looked at.
std::vector<std::vector<uint32_t>> twins_of(const Layer& layer);

}  // namespace sparsio
