// activation: what a neuron does with its sum. It belongs to the network, not to an engine.
#pragma once

#include <string_view>

namespace sparsio {

enum class Activation {
  relu,       // f(z, b) = max(0, z + b)
  challenge,  // HPEC Graph Challenge: f(z, b) = min(32, max(0, z + b)) where z != 0, else 0
};

inline std::string_view activation_name(Activation activation) {
  return activation == Activation::relu ? "relu" : "challenge";
}

/// f(z, b) with z the weighted sum of the sources and b the bias. The dumb form that the engines are checked against.
template <class Real>
Real activate(Activation activation, Real z, Real b) {
  if (activation == Activation::challenge) {
    if (z == 0) return 0;
    const Real y = z + b;
    return y < 0 ? Real(0) : y > 32 ? Real(32) : y;
  }
  return z + b > 0 ? z + b : Real(0);
}

}  // namespace sparsio
