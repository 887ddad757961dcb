#include "net/order.hpp"

namespace sparsio {

std::vector<Step> steps(const Network& network, const Order& order) {
  std::vector<Step> steps(network.connections());
  if (order.is_by_target()) {
    for (uint32_t v = 0; v < network.neurons(); ++v)
      for (uint64_t k = network.in_begin()[v]; k < network.in_begin()[v + 1]; ++k) steps[k] = {network.source()[k], v};
    return steps;
  }
  std::vector<uint32_t> target(network.connections());
  for (uint32_t v = 0; v < network.neurons(); ++v)
    for (uint64_t k = network.in_begin()[v]; k < network.in_begin()[v + 1]; ++k) target[k] = v;
  for (uint64_t k = 0; k < steps.size(); ++k) {
    const uint64_t c = order.at(k);
    steps[k] = {network.source()[c], target[c]};
  }
  return steps;
}

bool is_valid(const Network& network, const Order& order) {
  std::vector<bool> seen(network.connections(), false);
  std::vector<uint64_t> missing = network.in_degrees();
  const std::vector<Step> sequence = steps(network, order);
  for (uint64_t k = 0; k < sequence.size(); ++k) {
    const uint64_t c = order.at(k);
    if (c >= seen.size() || seen[c] || missing[sequence[k].source] > 0) return false;
    seen[c] = true;
    --missing[sequence[k].target];
  }
  return true;
}

uint64_t max_live(uint32_t neurons, std::span<const Step> steps) {
  std::vector<uint32_t> uses(neurons, 0);
  for (const Step& step : steps) {
    ++uses[step.source];
    ++uses[step.target];
  }
  std::vector<bool> live(neurons, false);
  uint64_t now = 0;
  uint64_t most = 0;
  for (const Step& step : steps) {
    for (const uint32_t v : {step.source, step.target}) {
      if (!live[v]) {
        live[v] = true;
        ++now;
      }
    }
    most = std::max(most, now);
    for (const uint32_t v : {step.source, step.target})
      if (--uses[v] == 0) --now;
  }
  return most;
}

}  // namespace sparsio
