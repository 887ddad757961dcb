#include "format/shared/stored_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "base/random.hpp"

namespace sparsio {

StoredLayers::StoredLayers(std::vector<Layer> layers) : layers_(std::move(layers)), widths_{layers_.front().sources} {
  for (const Layer& layer : layers_) widths_.push_back(layer.targets);
}

bool StoredLayers::next(Layer& layer) {
  if (at_ == layers_.size()) return false;
  layer = layers_[at_++];
  return true;
}

void check_layer(const Layer& layer, const std::string& place) {
  const std::string remedy = "the file is damaged or not such a file";
  if (layer.begin.size() != layer.targets + size_t{1} || layer.begin.front() != 0 ||
      layer.begin.back() != layer.source.size())
    throw BadInput(place,
                   fmt::format("the offsets do not go from 0 to the {} connections in {} steps", layer.source.size(),
                               layer.targets),
                   remedy);
  for (uint32_t t = 0; t < layer.targets; ++t)
    if (layer.begin[t + 1] < layer.begin[t])
      throw BadInput(place, fmt::format("the offsets fall at target {}", t + 1), remedy);
  if (layer.weight.size() != layer.source.size() || layer.bias.size() != layer.targets)
    throw BadInput(place,
                   fmt::format("{} weights for {} connections, {} biases for {} targets", layer.weight.size(),
                               layer.source.size(), layer.bias.size(), layer.targets),
                   remedy);
  for (uint32_t t = 0; t < layer.targets; ++t) {
    for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k) {
      if (layer.source[k] >= layer.sources)
        throw BadInput(place,
                       fmt::format("source {} of target {} is out of range", layer.source[k] + uint64_t{1}, t + 1),
                       fmt::format("give 1 to {}", layer.sources));
      if (k > layer.begin[t] && layer.source[k] <= layer.source[k - 1])
        throw BadInput(place,
                       layer.source[k] == layer.source[k - 1]
                           ? fmt::format("connection {} -> {} stands twice", layer.source[k] + uint64_t{1}, t + 1)
                           : fmt::format("the sources of target {} do not rise", t + 1),
                       "sort them and give each once");
      if (!std::isfinite(layer.weight[k]))
        throw BadInput(place, fmt::format("the weight of connection {} -> {} is not finite",
                                          layer.source[k] + uint64_t{1}, t + 1));
    }
    if (!std::isfinite(layer.bias[t])) throw BadInput(place, fmt::format("the bias of target {} is not finite", t + 1));
  }
}

void check_activation(Activation found, Activation had, std::string_view format, const std::string& path) {
  if (found != had)
    throw BadInput(
        path,
        fmt::format("the activation is {}, {} networks have {}", activation_name(found), format, activation_name(had)),
        "write it as .h5");
}

void check_width(uint64_t width, uint64_t connections, uint64_t widest, const std::string& place) {
  if (width == 0) throw BadInput(place, "a layer of no neurons", "give a matrix of at least one row and column");
  if (width <= 65536 + 64 * connections || width <= widest) return;
  throw BadInput(place, fmt::format("{} neurons in a file of {} connections", width, connections),
                 fmt::format("give widest={} if that is meant", width));
}

float one_bias(const Layer& layer, std::string_view format, const std::string& path) {
  for (uint32_t t = 0; t < layer.targets; ++t)
    if (layer.bias[t] != layer.bias.front())
      throw BadInput(path,
                     fmt::format("biases {} and {} (target {}), {} networks have one", layer.bias.front(),
                                 layer.bias[t], t + 1, format),
                     "write it as .h5");
  return layer.bias.front();
}

void check_one_bias(const Network& network, std::string_view format, const std::string& path) {
  std::optional<float> bias;
  for (uint32_t v = 0; v < network.neurons(); ++v) {
    if (network.in_degree(v) == 0) continue;
    if (!bias) bias = network.bias()[v];
    if (network.bias()[v] != *bias)
      throw BadInput(
          path,
          fmt::format("biases {} and {} (neuron {}), {} networks have one", *bias, network.bias()[v], v + 1, format),
          "write it as .h5");
  }
}

void draw_weights(Layer& layer, uint64_t seed) {
  layer.weight.resize(layer.source.size());
  for (uint32_t t = 0; t < layer.targets; ++t) {
    RandomStream random(seed, t);
    const double bound =
        std::sqrt(6.0 / std::max<double>(1.0, static_cast<double>(layer.begin[t + 1] - layer.begin[t])));
    for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k)
      layer.weight[k] = static_cast<float>(random.uniform(-bound, bound));
  }
}

}  // namespace sparsio
