// activation: what a neuron does with its sum. It belongs to a layer of the network, not to an engine.
// The table here says what each is, which parameters it has and what may be relied on; the functions are in double
// precision, as the engines' vectorised ones (exec/walk/curves) are checked against. Everything is a switch without
// default, so that the compiler names what a new activation has not reached.
//
// Softmax is a function of all outputs of an input, not of one neuron's: it may only follow the last layer, whose
// neurons keep their sums, f(z, b) = z + b, until softmax() makes them one whole.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sparsio {

enum class ActivationKind : uint8_t {
  identity,
  relu,
  challenge,
  leaky_relu,
  sigmoid,
  tanh,
  gelu,
  gelu_tanh,
  silu,
  hard_sigmoid,
  softmax,
};

/// One with its parameters; those that it does not have are 0.
struct Activation {
  ActivationKind kind = ActivationKind::relu;
  float slope = 0;
  float shift = 0;

  bool operator==(const Activation&) const = default;

  static const Activation identity;
  static const Activation relu;
  static const Activation challenge;
};
inline constexpr Activation Activation::identity{ActivationKind::identity};
inline constexpr Activation Activation::relu{ActivationKind::relu};
inline constexpr Activation Activation::challenge{ActivationKind::challenge};

/// What the derivative is computed from: the value y = f(s), or the sum s = z + b, which then must be kept.
enum class DerivativeFrom : uint8_t { output, sum };

struct ActivationRule {
  ActivationKind kind;
  std::string_view name;
  std::string_view summary;
  DerivativeFrom derivative_from;
  std::string_view derivative;
  float cap;              // no value is larger; infinity: none
  bool may_be_negative;   // else the largest value of an input tells whether it is alive
  bool shows_life_early;  // predictions and traces take it that the first rows show that all inputs are alive
  std::string_view parameters = "";  // names, apart by commas: slope, shift
  float slope = 0;                   // what they are where nobody says
  float shift = 0;
};

inline constexpr float no_cap = std::numeric_limits<float>::infinity();

inline constexpr std::array<ActivationRule, 11> activation_rules = {{
    {ActivationKind::identity, "identity", "f(z, b) = z + b", DerivativeFrom::output, "1", no_cap, true, true},
    {ActivationKind::relu, "relu", "f(z, b) = max(0, z + b)", DerivativeFrom::output, "1 where y > 0", no_cap, false,
     true},
    {ActivationKind::challenge, "challenge",
     "f(z, b) = min(32, max(0, z + b)) where z != 0, else 0: the Graph Challenge's", DerivativeFrom::output,
     "1 where 0 < y < 32", 32, false, false},
    {ActivationKind::leaky_relu, "leaky_relu", "s = z + b where that is positive, else slope s; 0 <= slope",
     DerivativeFrom::output, "1 where y > 0, else slope", no_cap, true, true, "slope", 0.01F},
    {ActivationKind::sigmoid, "sigmoid", "1 / (1 + exp(-s))", DerivativeFrom::output, "y (1 - y)", 1, false, true},
    {ActivationKind::tanh, "tanh", "tanh(s)", DerivativeFrom::output, "1 - y^2", 1, true, true},
    {ActivationKind::gelu, "gelu", "s (1 + erf(s / sqrt(2))) / 2", DerivativeFrom::sum, "Phi(s) + s phi(s)", no_cap,
     true, true},
    {ActivationKind::gelu_tanh, "gelu_tanh", "s (1 + tanh(sqrt(2 / pi) (s + 0.044715 s^3))) / 2", DerivativeFrom::sum,
     "g + s g', g = (1 + tanh(u(s))) / 2", no_cap, true, true},
    {ActivationKind::silu, "silu", "s / (1 + exp(-s))", DerivativeFrom::sum, "g (1 + s (1 - g)), g = sigmoid(s)",
     no_cap, true, true},
    {ActivationKind::hard_sigmoid, "hard_sigmoid", "min(1, max(0, slope s + shift)); 0 < slope", DerivativeFrom::output,
     "slope where 0 < y < 1", 1, false, true, "slope,shift", 1.0F / 6, 0.5F},
    {ActivationKind::softmax, "softmax", "exp(s) / the sum of exp(s) over all outputs; of the last layer only",
     DerivativeFrom::output, "dy_i / ds_j = y_i ([i = j] - y_j)", 1, false, true},
}};

constexpr const ActivationRule& rule_of(ActivationKind kind) {
  return activation_rules[static_cast<size_t>(kind)];
}
constexpr const ActivationRule& rule_of(const Activation& activation) {
  return rule_of(activation.kind);
}
static_assert([] {
  for (size_t k = 0; k < activation_rules.size(); ++k)
    if (activation_rules[k].kind != static_cast<ActivationKind>(k)) return false;
  return true;
}());

/// "leaky_relu", or with parameters that are not those of the table "leaky_relu:slope=0.2".
std::string activation_name(const Activation& activation);

/// All there are, in the order of the table, with their usual parameters.
std::vector<Activation> all_activations();
std::vector<ActivationKind> all_activation_kinds();

/// NAME or NAME:parameter=value,... BadInput at `place` for another word, or a value that is not allowed.
Activation parse_activation(std::string_view text, const std::string& place);

/// f(z, b) with z the weighted sum of the sources and b the bias; of softmax the sum. The dumb form that the engines
/// are checked against. No value is -0. What is no number stays so with all that are not steps, and is not zero.
double activate(const Activation& activation, double z, double b);

/// df/ds at the sum s = z + b, whose value is y. Where the rule says `output` it does not look at s. Of a step, that on
/// the left of it. Of softmax 1: what is before it are sums, and its own is not a neuron's.
double derivative(const Activation& activation, double s, double y);

/// Sums become exp(s) / the sum of exp(s), in place: those of one input, y[of[0]], y[of[1]] ...
void softmax(std::span<double> y, std::span<const uint64_t> of);

/// Whether a neuron with such a bias has the value 0 where all its sources have: f(0, b) = 0. Never of softmax.
bool zeros_stay(const Activation& activation, float bias);

/// BadInput at `place` where softmax follows a layer that is not the last. Of each layer, or one for all `layers`.
void check_softmax_is_last(std::span<const Activation> activations, size_t layers, const std::string& place);

}  // namespace sparsio
