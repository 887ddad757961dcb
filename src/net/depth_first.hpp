// depth_first: an order in which several layers are computed at once, so that few values are alive at a time.
// Layer by layer, a whole layer of values lies between a value's writer and its readers. But a deeper unit needs only
// its own sources: as soon as they are there it is computed, and what nobody reads any more is gone. Where the units of
// layers feed each other in rings, as in the first layers of a radix_net, a window of some hundred values slides down
// the network; where every unit reaches nearly all others, the window grows to a layer and depth does not pay.
//
// The order, for layers 0 .. d - 1: forward, the deepest unit that is ready first. Of layer 0, that unit is next which
// needs the fewest inputs that nobody has read yet, among readers of inputs read last. Every deeper unit whose last
// source has just been computed goes on a stack, and the stack is emptied before layer 0 goes on. Time is linear in
// the connections of units.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "net/layer_units.hpp"

namespace sparsio {

struct UnitStep {
  uint32_t layer;
  uint32_t unit;
};

struct DepthFirst {
  std::vector<UnitStep> steps;
  /// The most values alive at once: inputs that have been read and will be again, values of the layers between, and
  /// what the step at hand reads and writes. Inputs not yet read and outputs left behind are not counted.
  uint32_t window = 0;
};

/// None where the window would be above `most`.
std::optional<DepthFirst> depth_first(std::span<const LayerUnits> layers, uint32_t most);

}  // namespace sparsio
