// stored_layers: layers that are in memory, walked like any others; and the check that what a file says is a layer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/network.hpp"

namespace sparsio {

class StoredLayers final : public LayerSource {
 public:
  /// At least one layer, each as wide as the next one expects.
  explicit StoredLayers(std::vector<Layer> layers);

  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override { at_ = 0; }
  bool next(Layer& layer) override;

 private:
  std::vector<Layer> layers_;
  std::vector<uint32_t> widths_;
  size_t at_ = 0;
};

/// BadInput at `place` unless offsets rise from 0 to the count of connections, sources are below `sources` and rise
/// within a target, weights and biases are finite.
void check_layer(const Layer& layer, const std::string& place);

/// BadInput at `path` unless the activation is the only one that networks of `format` have.
void check_activation(Activation found, Activation had, std::string_view format, const std::string& path);

/// Memory must follow from what a file holds: BadInput if `width` neurons are far more than its connections explain and
/// more than `widest`, which the user gave.
void check_width(uint64_t width, uint64_t connections, uint64_t widest, const std::string& place);

/// The one bias of all neurons of a layer; BadInput at `path` if there are several. `format` is for the message.
float one_bias(const Layer& layer, std::string_view format, const std::string& path);

/// BadInput at `path` unless all neurons with in-connections have one bias.
void check_one_bias(const Network& network, std::string_view format, const std::string& path);

/// Weights for a layer that is a pattern only, uniform with the variance of He et al. 2015, from a stream a target.
void draw_weights(Layer& layer, uint64_t seed);

}  // namespace sparsio
