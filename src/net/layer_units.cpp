#include "net/layer_units.hpp"

#include "net/twins.hpp"

namespace sparsio {

LayerUnits::LayerUnits(const Layer& layer) : sources_(layer.sources) {
  target_.reserve(layer.targets);
  for (const std::vector<uint32_t>& group : twins_of(layer)) {
    const std::span<const uint32_t> sources = layer.sources_of(group.front());
    target_.insert(target_.end(), group.begin(), group.end());
    source_.insert(source_.end(), sources.begin(), sources.end());
    target_begin_.push_back(target_.size());
    source_begin_.push_back(source_.size());
  }
}

}  // namespace sparsio
