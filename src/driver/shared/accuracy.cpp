#include "driver/shared/accuracy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/plural.hpp"

namespace sparsio {

double class_threshold(Activation last) {
  return activate(last, 0.0, 0.0);
}

Activation last_activation(const Plan& plan) {
  if (plan.network != nullptr) return plan.network->activations().back();
  Layer layer;
  plan.layers->restart();
  while (plan.layers->next(layer)) {
  }
  return layer.activation;
}

std::optional<uint32_t> class_of(std::span<const double> outputs, double threshold) {
  if (std::any_of(outputs.begin(), outputs.end(), [](double y) { return std::isnan(y); })) return std::nullopt;
  if (outputs.size() == 1) return outputs[0] > threshold ? 1 : 0;
  return static_cast<uint32_t>(std::max_element(outputs.begin(), outputs.end()) - outputs.begin());
}

void check_labels(const std::vector<uint32_t>& labels, uint64_t inputs, uint32_t outputs, const std::string& place) {
  if (labels.size() != inputs)
    throw BadInput(place, fmt::format("{} for {}", plural(labels.size(), "label"), plural(inputs, "input")),
                   "give one label an input, in their order");
  const uint32_t classes = outputs == 1 ? 2 : outputs;
  const auto beyond = std::find_if(labels.begin(), labels.end(), [&](uint32_t label) { return label >= classes; });
  if (beyond == labels.end()) return;
  throw BadInput(place,
                 fmt::format("the label of input {} is {}, and {} {} classes 0 to {}", beyond - labels.begin() + 1,
                             *beyond, plural(outputs, "output"), outputs == 1 ? "says" : "say", classes - 1),
                 "give classes from 0 on");
}

}  // namespace sparsio
