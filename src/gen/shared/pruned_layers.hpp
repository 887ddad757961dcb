// pruned_layers: fully connected layers of which a random part is kept, or all of it.
// Every possible connection between neighbouring layers is there with probability `density`, independently. A target's
// sources are drawn by geometric gaps from a stream of its own, so that any thread can make any row.
#pragma once

#include <string>

#include "gen/generator.hpp"

namespace sparsio {

/// What the options below and `seed` say.
struct PrunedShape {
  std::vector<uint32_t> widths;
  uint64_t seed = 1;
  Activation activation;
  Activation last;
};

/// `kind` is what messages call the network.
PrunedShape pruned_shape(const Params& params, std::string_view kind);
/// Layer `at` without targets yet: its sources, targets and activation.
void begin_layer(const PrunedShape& shape, uint64_t at, Layer& layer);
NetworkSource pruned_layers(const Params& params, double density, std::string_view kind);

/// BadInput at `place` for what these options may not be.
void check_widths(const std::string& text, const std::string& place);
void check_activation_name(const std::string& text, const std::string& place);
void check_last_activation(const std::string& text, const std::string& place);

inline const Option widths_option = {"widths", Type::text, "500x5",
                                     "neurons a layer: 500x5 is five layers of 500, 1024-4096-1024 lists them",
                                     checked_by(check_widths)};
inline const Option activation_option = {"activation",
                                         Type::text,
                                         "relu",
                                         "of every layer: one that `sparsio list activations` names",
                                         checked_by(check_activation_name),
                                         4};
inline const Option last_activation_option = {"last",
                                              Type::text,
                                              "same",
                                              "activation of the last layer; same: that of the others",
                                              checked_by(check_last_activation),
                                              4};

}  // namespace sparsio
