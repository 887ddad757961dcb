// activations: what the layers of a generated network do with their sums, `activation=relu,last=identity`.
#pragma once

#include <string>

#include "base/params.hpp"
#include "net/activation.hpp"

namespace sparsio {

struct LayerActivations {
  explicit LayerActivations(const Params& params)
      : all(parse_activation(params.text("activation"), "activation")),
        last(params.text("last") == "same" ? all : parse_activation(params.text("last"), "last")) {}

  Activation of(uint64_t layer, uint64_t layers) const { return layer + 1 == layers ? last : all; }

  Activation all;
  Activation last;
};

inline void check_activation_name(const std::string& text, const std::string& place) {
  parse_activation(text, place);
}

inline void check_last_activation(const std::string& text, const std::string& place) {
  if (text != "same") parse_activation(text, place);
}

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
