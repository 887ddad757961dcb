#include "net/activation.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/nearest.hpp"

namespace sparsio {

std::vector<Activation> all_activations() {
  std::vector<Activation> all;
  for (const ActivationRule& rule : activation_rules) all.push_back(rule.activation);
  return all;
}

Activation parse_activation(std::string_view text, const std::string& place) {
  std::vector<std::string> names;
  for (const ActivationRule& rule : activation_rules) {
    if (text == rule.name) return rule.activation;
    names.emplace_back(rule.name);
  }
  throw BadInput(place, fmt::format("no activation '{}'", text), suggest(text, names));
}

}  // namespace sparsio
