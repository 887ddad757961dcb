#include "predict/depth_closes.hpp"

#include <algorithm>
#include <array>

#include "net/depth_first.hpp"
#include "net/windowed_schedule.hpp"

namespace sparsio {
namespace {

/// A target's sources are alive at once, so that a layer of many sources a target is refused without a search.
bool is_narrow(const Layer& layer, uint32_t window) {
  for (uint32_t t = 0; t < layer.targets; ++t)
    if (layer.sources_of(t).size() > window) return false;
  return true;
}

}  // namespace

bool depth_closes(std::span<const Layer> layers, uint32_t window) {
  const ScheduleLimits limits{.window = window};
  std::array<LayerUnits, 2> pair;
  bool has_before = false;
  for (const Layer& layer : layers) {
    if (!is_narrow(layer, window)) {
      has_before = false;
      continue;
    }
    pair[0] = std::move(pair[1]);
    pair[1] = LayerUnits(layer);
    if (has_before && depth_first(pair, limits.window_of(pair))) return true;
    has_before = layer.activation.kind != ActivationKind::softmax;
  }
  return false;
}

bool closes_alone(const Layer& layer, uint32_t window) {
  const uint32_t most = std::min(window, std::max(layer.sources, layer.targets) / 2);
  if (!is_narrow(layer, most)) return false;
  const std::array units{LayerUnits(layer)};
  return depth_first(units, most).has_value();
}

}  // namespace sparsio
