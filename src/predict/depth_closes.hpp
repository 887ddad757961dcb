// depth_closes: would `tiled` run several of these layers at once?
// It does where the values of two layers that follow each other fit into a window (net/windowed_schedule). Where they
// do not, as in unstructured networks, it is its kernel layer by layer, and there is nothing to be measured twice.
#pragma once

#include <cstdint>
#include <span>

#include "net/layer.hpp"

namespace sparsio {

/// Some two of `layers`, which follow each other, within so many rows and half of what they read.
bool depth_closes(std::span<const Layer> layers, uint32_t window);

/// The layer alone stays within them; where it does not, it closes with no next one either, for all we know.
bool closes_alone(const Layer& layer, uint32_t window);

}  // namespace sparsio
