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

Zeros zeros_of(const Params& params) {
  return params.text("zeros") == "keep" ? Zeros::keep : Zeros::drop;
}

void settle_zeros(Layer& layer, Zeros zeros) {
  if (zeros == Zeros::keep || std::find(layer.weight.begin(), layer.weight.end(), 0.0F) == layer.weight.end()) return;
  uint64_t kept = 0;
  uint64_t k = 0;
  for (uint32_t t = 0; t < layer.targets; ++t) {
    for (; k < layer.begin[t + 1]; ++k) {
      if (layer.weight[k] == 0) continue;
      layer.source[kept] = layer.source[k];
      layer.weight[kept++] = layer.weight[k];
    }
    layer.begin[t + 1] = kept;  // read before: k is where it was
  }
  layer.source.resize(kept);
  layer.weight.resize(kept);
}

void settle_zeros(std::vector<Connection>& connections, uint32_t neurons, Zeros zeros, const std::string& path) {
  const auto is_zero = [](const Connection& c) { return c.weight == 0; };
  if (zeros == Zeros::keep || std::none_of(connections.begin(), connections.end(), is_zero)) return;
  constexpr uint8_t reads = 1;
  constexpr uint8_t feeds = 2;
  std::vector<uint8_t> before(neurons, 0);
  std::vector<uint8_t> after(neurons, 0);
  for (const Connection& c : connections) {
    before[c.target] |= reads;
    before[c.source] |= feeds;
    if (is_zero(c)) continue;
    after[c.target] |= reads;
    after[c.source] |= feeds;
  }
  for (uint32_t v = 0; v < neurons; ++v)
    if (before[v] != after[v])
      throw BadInput(path,
                     fmt::format("neuron {} would {} without its connections of weight 0", v + uint64_t{1},
                                 (before[v] & reads) != (after[v] & reads) ? "become an input" : "feed nothing"),
                     "give zeros=keep, or take the neuron out");
  connections.erase(std::remove_if(connections.begin(), connections.end(), is_zero), connections.end());
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

void check_activation(const Activation& found, const Activation& had, std::string_view format,
                      const std::string& path) {
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
