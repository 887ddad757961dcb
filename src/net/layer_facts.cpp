#include "net/layer_facts.hpp"

#include <algorithm>
#include <bit>
#include <unordered_set>

#include "net/twins.hpp"

namespace sparsio {
namespace {

uint64_t different(const std::vector<float>& weights) {
  std::unordered_set<uint32_t> seen;
  for (const float weight : weights)
    if (seen.insert(std::bit_cast<uint32_t>(weight)).second && seen.size() > LayerFacts::most_different) break;
  return seen.size();
}

uint64_t count_twins(const Layer& layer) {
  uint64_t count = 0;
  for (const std::vector<uint32_t>& group : twins_of(layer))
    if (group.size() > 1 && !layer.sources_of(group.front()).empty()) count += group.size();
  return count;
}

}  // namespace

const LayerFacts& NetworkWalk::add(const Layer& layer) {
  LayerFacts facts{layer.sources, layer.targets, layer.connections(), layer.activation};
  facts.biases =
      static_cast<uint64_t>(std::count_if(layer.bias.begin(), layer.bias.end(), [](float bias) { return bias != 0; }));
  facts.different_weights = different(layer.weight);
  facts.twins = count_twins(layer);
  std::vector<uint8_t> is_read(layer.sources, 0);
  for (const uint32_t source : layer.source) is_read[source] = 1;
  has_sources_.resize(layer.sources, 0);  // of the inputs nobody has any
  for (uint32_t v = 0; v < layer.sources; ++v) {
    facts.unread += is_read[v] == 0 ? 1 : 0;
    neurons_ += is_read[v] != 0 || has_sources_[v] != 0 ? 1 : 0;
    inputs_ += is_read[v] != 0 && has_sources_[v] == 0 ? 1 : 0;
  }
  has_sources_.assign(layer.targets, 0);
  for (uint32_t t = 0; t < layer.targets; ++t) {
    has_sources_[t] = layer.begin[t] < layer.begin[t + 1] ? 1 : 0;
    facts.without_sources += has_sources_[t] == 0 ? 1 : 0;
  }
  return layers_.emplace_back(facts);
}

NetworkFacts NetworkWalk::facts() const {
  const auto outputs =
      static_cast<uint64_t>(std::count(has_sources_.begin(), has_sources_.end(), static_cast<uint8_t>(1)));
  NetworkFacts facts{neurons_ + outputs, 0, inputs_, outputs};
  for (const LayerFacts& layer : layers_) facts.connections += layer.connections;
  return facts;
}

}  // namespace sparsio
