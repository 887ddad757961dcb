#include "net/order.hpp"

namespace sparsio {

std::vector<Step> steps(const Network& network, const Order& order) {
  std::vector<Step> stored(network.connections());
  for (uint32_t v = 0; v < network.neurons(); ++v)
    for (uint64_t k = network.in_begin()[v]; k < network.in_begin()[v + 1]; ++k) stored[k] = {network.source()[k], v};
  if (order.is_by_target()) return stored;
  std::vector<Step> steps(stored.size());
  for (uint64_t k = 0; k < steps.size(); ++k) steps[k] = stored[order.at(k)];
  return steps;
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
