// activation: what a neuron does with its sum. It belongs to a layer of the network, not to an engine.
// A table says what each is and what may be relied on; the rule itself is a switch without default, here and in every
// kernel, so that the compiler names those that a new activation has not reached.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace sparsio {

enum class Activation : uint8_t {
  identity,   // f(z, b) = z + b
  relu,       // f(z, b) = max(0, z + b)
  challenge,  // HPEC Graph Challenge: f(z, b) = min(32, max(0, z + b)) where z != 0, else 0
};

struct ActivationRule {
  Activation activation;
  std::string_view name;
  std::string_view summary;
  float cap;              // no value is larger; infinity: none
  bool may_be_negative;   // else the largest value of an input tells whether it is alive
  bool shows_life_early;  // predictions and traces take it that the first rows show that all inputs are alive
};

inline constexpr std::array<ActivationRule, 3> activation_rules = {{
    {Activation::identity, "identity", "f(z, b) = z + b", std::numeric_limits<float>::infinity(), true, true},
    {Activation::relu, "relu", "f(z, b) = max(0, z + b)", std::numeric_limits<float>::infinity(), false, true},
    {Activation::challenge, "challenge", "f(z, b) = min(32, max(0, z + b)) where z != 0, else 0: the Graph Challenge's",
     32, false, false},
}};

constexpr const ActivationRule& rule_of(Activation activation) {
  return activation_rules[static_cast<size_t>(activation)];
}
static_assert(rule_of(Activation::identity).activation == Activation::identity &&
              rule_of(Activation::relu).activation == Activation::relu &&
              rule_of(Activation::challenge).activation == Activation::challenge);

constexpr std::string_view activation_name(Activation activation) {
  return rule_of(activation).name;
}

/// All there are, in the order of the table.
std::vector<Activation> all_activations();
/// BadInput at `place` for another word.
Activation parse_activation(std::string_view text, const std::string& place);

/// f(z, b) with z the weighted sum of the sources and b the bias. The dumb form that the engines are checked against.
/// No value is -0: identity adds 0 to what it has. What is no number stays so with identity, and is not zero.
template <Activation activation, class Real>
constexpr Real activate(Real z, Real b) {
  Real y = z + b;
  switch (activation) {
    case Activation::identity:
      y = y + Real(0);
      break;
    case Activation::relu:
      y = y > 0 ? y : Real(0);
      break;
    case Activation::challenge:
      y = z == 0 ? Real(0) : y < 0 ? Real(0) : y > 32 ? Real(32) : y;
      break;
  }
  return y;
}

/// Calls use.operator()<activation>(): kernels choose outside their loops.
template <class Use>
void with_activation(Activation activation, const Use& use) {
  switch (activation) {
    case Activation::identity:
      return use.template operator()<Activation::identity>();
    case Activation::relu:
      return use.template operator()<Activation::relu>();
    case Activation::challenge:
      return use.template operator()<Activation::challenge>();
  }
}

template <class Real>
Real activate(Activation activation, Real z, Real b) {
  Real y = 0;
  with_activation(activation, [&]<Activation known>() { y = activate<known>(z, b); });
  return y;
}

/// Whether a neuron with such a bias has the value 0 where all its sources have: f(0, b) = 0.
inline bool zeros_stay(Activation activation, float bias) {
  return activate(activation, 0.0F, bias) == 0;
}

}  // namespace sparsio
