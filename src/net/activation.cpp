#include "net/activation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "base/nearest.hpp"
#include "base/params.hpp"

namespace sparsio {
namespace {

double sigmoid(double s) {
  return 1 / (1 + std::exp(-s));
}
/// The standard normal distribution, precise in both tails.
double normal_cdf(double s) {
  return 0.5 * std::erfc(-s / std::numbers::sqrt2);
}
/// (1 + tanh(u)) / 2 = sigmoid(2 u).
double gelu_tanh_argument(double s) {
  return 2 * std::sqrt(2 / std::numbers::pi) * (s + 0.044715 * s * s * s);
}

double value_of(const Activation& activation, double z, double b) {
  const double s = z + b;
  switch (activation.kind) {
    case ActivationKind::identity:
    case ActivationKind::softmax:
      return s;
    case ActivationKind::relu:
      return s > 0 ? s : 0;
    case ActivationKind::challenge:
      return z == 0 ? 0 : s < 0 ? 0 : s > 32 ? 32 : s;
    case ActivationKind::leaky_relu:
      return s > 0 ? s : activation.slope * s;
    case ActivationKind::sigmoid:
      return sigmoid(s);
    case ActivationKind::tanh:
      return std::tanh(s);
    case ActivationKind::gelu:
      return std::isinf(s) ? std::max(s, 0.0) : s * normal_cdf(s);
    case ActivationKind::gelu_tanh:
      return std::isinf(s) ? std::max(s, 0.0) : s * sigmoid(gelu_tanh_argument(s));
    case ActivationKind::silu:
      return std::isinf(s) ? std::max(s, 0.0) : s * sigmoid(s);
    case ActivationKind::hard_sigmoid: {
      const double y = double{activation.slope} * s + activation.shift;
      return y < 0 ? 0 : y > 1 ? 1 : y;
    }
  }
  return 0;
}

/// The word and what may follow it.
const ActivationRule& rule_named(std::string_view name, const std::string& place) {
  std::vector<std::string> names;
  for (const ActivationRule& rule : activation_rules) {
    if (name == rule.name) return rule;
    names.emplace_back(rule.name);
  }
  throw BadInput(place, fmt::format("no activation '{}'", name), suggest(name, names));
}

void set_parameter(Activation& activation, std::string_view given, const std::string& place) {
  const ActivationRule& rule = rule_of(activation);
  const size_t equals = given.find('=');
  const std::string_view name = given.substr(0, equals);
  const bool has_it =
      !name.empty() && fmt::format(",{},", rule.parameters).find(fmt::format(",{},", name)) != std::string::npos;
  if (equals == std::string_view::npos || !has_it)
    throw BadInput(place, fmt::format("'{}' is no parameter of activation {}", given, rule.name),
                   rule.parameters.empty() ? "it has none" : fmt::format("it has {}", rule.parameters));
  const double value = parse_real(given.substr(equals + 1), place);
  const bool is_slope = name == "slope";
  const bool is_allowed = std::abs(value) <= double{std::numeric_limits<float>::max()} &&
                          (!is_slope || value > 0 || (value == 0 && activation.kind == ActivationKind::leaky_relu));
  if (!is_allowed)
    throw BadInput(place, fmt::format("{} {} of activation {}", name, value, rule.name),
                   is_slope ? "give a slope that is not negative" : "give a number that a float can hold");
  (is_slope ? activation.slope : activation.shift) = static_cast<float>(value);
}

}  // namespace

std::string activation_name(const Activation& activation) {
  const ActivationRule& rule = rule_of(activation);
  std::string text(rule.name);
  const auto add = [&](std::string_view name, float value, float usual) {
    if (value != usual) text += fmt::format("{}{}={}", text.size() == rule.name.size() ? ":" : ",", name, value);
  };
  add("slope", activation.slope, rule.slope);
  add("shift", activation.shift, rule.shift);
  return text;
}

std::vector<Activation> all_activations() {
  std::vector<Activation> all;
  for (const ActivationRule& rule : activation_rules) all.push_back({rule.kind, rule.slope, rule.shift});
  return all;
}

std::vector<ActivationKind> all_activation_kinds() {
  std::vector<ActivationKind> all;
  for (const ActivationRule& rule : activation_rules) all.push_back(rule.kind);
  return all;
}

Activation parse_activation(std::string_view text, const std::string& place) {
  const size_t colon = text.find(':');
  const ActivationRule& rule = rule_named(text.substr(0, colon), place);
  Activation activation{rule.kind, rule.slope, rule.shift};
  if (colon == std::string_view::npos) return activation;
  for (std::string_view left = text.substr(colon + 1);;) {
    const size_t comma = left.find(',');
    set_parameter(activation, left.substr(0, comma), place);
    if (comma == std::string_view::npos) return activation;
    left.remove_prefix(comma + 1);
  }
}

double activate(const Activation& activation, double z, double b) {
  return value_of(activation, z, b) + 0.0;
}

double derivative(const Activation& activation, double s, double y) {
  switch (activation.kind) {
    case ActivationKind::identity:
    case ActivationKind::softmax:
      return 1;
    case ActivationKind::relu:
      return y > 0 ? 1 : 0;
    case ActivationKind::challenge:
      return y > 0 && y < 32 ? 1 : 0;
    case ActivationKind::leaky_relu:
      return y > 0 ? 1 : activation.slope;
    case ActivationKind::sigmoid:
      return y * (1 - y);
    case ActivationKind::tanh:
      return 1 - y * y;
    case ActivationKind::gelu:
      return normal_cdf(s) + s * std::exp(-0.5 * s * s) / std::sqrt(2 * std::numbers::pi);
    case ActivationKind::gelu_tanh: {
      const double g = sigmoid(gelu_tanh_argument(s));
      const double slope = 2 * std::sqrt(2 / std::numbers::pi) * (1 + 3 * 0.044715 * s * s);
      return g + s * g * (1 - g) * slope;
    }
    case ActivationKind::silu: {
      const double g = sigmoid(s);
      return g * (1 + s * (1 - g));
    }
    case ActivationKind::hard_sigmoid:
      return y > 0 && y < 1 ? activation.slope : 0;
  }
  return 0;
}

void softmax(std::span<double> y, std::span<const uint64_t> of) {
  double most = -std::numeric_limits<double>::infinity();
  for (const uint64_t at : of) most = std::max(most, y[at]);
  double sum = 0;
  for (const uint64_t at : of) sum += y[at] = std::exp(y[at] - most);
  for (const uint64_t at : of) y[at] /= sum;
}

bool zeros_stay(const Activation& activation, float bias) {
  return activation.kind != ActivationKind::softmax && activate(activation, 0, double{bias}) == 0;
}

void check_softmax_is_last(std::span<const Activation> activations, size_t layers, const std::string& place) {
  for (size_t l = 0; l + 1 < layers; ++l)
    if (activations[activations.size() == 1 ? 0 : l].kind == ActivationKind::softmax)
      throw BadInput(place, fmt::format("softmax follows layer {} of {}", l + 1, layers),
                     "softmax is of all outputs of an input: give it to the last layer");
}

}  // namespace sparsio
