// stored_layers: layers that are in memory, walked like any others; and the check that what a file says is a layer.
// One rule for zeros, whatever the format: a weight that is 0 as a 32-bit float is no connection, whether the file has
// 0 or a number too small for a float. The option zeros=keep is the other rule. Our own .h5 holds what was decided.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/params.hpp"
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

/// The option of every format whose file may have weights of 0; zeros_of() reads it.
inline Option zeros_option() {
  return {"zeros",
          Type::text,
          "drop",
          "weights that are 0 as 32-bit floats: drop, or keep as connections",
          one_of("drop keep"),
          4};
}
enum class Zeros { drop, keep };
Zeros zeros_of(const Params& params);
/// Takes connections of weight 0 out of a layer, if so it shall be.
void settle_zeros(Layer& layer, Zeros zeros);
/// The same of a network without layers. BadInput at `path` if a neuron would become an input or an output by it.
void settle_zeros(std::vector<Connection>& connections, uint32_t neurons, Zeros zeros, const std::string& path);

/// BadInput at `place` unless offsets rise from 0 to the count of connections, sources are below `sources` and rise
/// within a target, weights and biases are finite.
void check_layer(const Layer& layer, const std::string& place);

/// BadInput at `path` unless the activation is the only one that networks of `format` have.
void check_activation(const Activation& found, const Activation& had, std::string_view format, const std::string& path);

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
