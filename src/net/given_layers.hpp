// given_layers: layers that are held, walked like any others.
#pragma once

#include <utility>
#include <vector>

#include "net/layer.hpp"

namespace sparsio {

/// Layers held in a vector.
class GivenLayers final : public LayerSource {
 public:
  /// Each with the activation that it has.
  explicit GivenLayers(std::vector<Layer> layers) : layers_(std::move(layers)) {
    widths_.push_back(layers_.front().sources);
    for (const Layer& layer : layers_) widths_.push_back(layer.targets);
  }
  /// All with this one.
  GivenLayers(std::vector<Layer> layers, Activation activation) : GivenLayers(std::move(layers)) {
    for (Layer& layer : layers_) layer.activation = activation;
  }
  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override { at_ = 0; }
  bool next(Layer& layer) override {
    if (at_ == layers_.size()) return false;
    layer = layers_[at_++];
    return true;
  }

 private:
  std::vector<Layer> layers_;
  std::vector<uint32_t> widths_;
  size_t at_ = 0;
};

}  // namespace sparsio
