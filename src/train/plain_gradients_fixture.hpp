// plain_gradients: the dumb oracle of training: one sample, double precision, plain loops over the connections as the
// layers list them. No idea of the fast trainer is in it.
#pragma once

#include <span>
#include <vector>

#include "net/layer.hpp"
#include "train/loss.hpp"

namespace sparsio {

/// Weights and biases of a layer in double precision, or what the loss changes with them.
struct PlainLayer {
  std::vector<double> weight;
  std::vector<double> bias;
};
using PlainParameters = std::vector<PlainLayer>;

inline PlainParameters plain_parameters(const std::vector<Layer>& layers) {
  PlainParameters all;
  for (const Layer& layer : layers)
    all.push_back({{layer.weight.begin(), layer.weight.end()}, {layer.bias.begin(), layer.bias.end()}});
  return all;
}

/// The loss of a sample; its gradient is added to `gradient` unless that is null.
inline double plain_loss(const std::vector<Layer>& layers, const PlainParameters& at, std::span<const double> input,
                         std::span<const double> goal, Loss loss, PlainParameters* gradient) {
  std::vector<std::vector<double>> x{{input.begin(), input.end()}}, sums{{}};
  for (size_t l = 0; l < layers.size(); ++l) {
    const Layer& layer = layers[l];
    std::vector<double> y, s;
    for (uint32_t t = 0; t < layer.targets; ++t) {
      double z = 0;
      for (uint64_t c = layer.begin[t]; c < layer.begin[t + 1]; ++c) z += at[l].weight[c] * x[l][layer.source[c]];
      s.push_back(z + at[l].bias[t]);
      y.push_back(activate(layer.activation, z, at[l].bias[t]));
    }
    x.push_back(y);
    sums.push_back(s);
  }
  std::vector<double> slope(goal.size());
  const double value = loss_of(loss, layers.back().activation, x.back(), goal, slope);
  if (gradient == nullptr) return value;
  for (size_t l = layers.size(); l-- > 0;) {
    const Layer& layer = layers[l];
    std::vector<double> before(layer.sources, 0);
    for (uint32_t t = 0; t < layer.targets; ++t) {
      const double delta = slope[t] * derivative(layer.activation, sums[l + 1][t], x[l + 1][t]);
      (*gradient)[l].bias[t] += delta;
      for (uint64_t c = layer.begin[t]; c < layer.begin[t + 1]; ++c) {
        (*gradient)[l].weight[c] += delta * x[l][layer.source[c]];
        before[layer.source[c]] += delta * at[l].weight[c];
      }
    }
    slope = before;
  }
  return value;
}

}  // namespace sparsio
