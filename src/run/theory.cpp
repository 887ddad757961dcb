#include "run/theory.hpp"

#include <limits>

#include "base/spec.hpp"

namespace sparsio {
namespace {

constexpr uint64_t line_bytes = 64;

double certified_gap(uint64_t repeats, uint64_t proved) {
  if (repeats == 0) return 1;
  if (proved == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(repeats) / static_cast<double>(proved);
}

}  // namespace

Schedule make_schedule(const Network& network, const std::string& order, uint64_t memory, const std::string& place,
                       const InstanceBound& bound) {
  const auto kind = resolve<OrderKind>(order, place);
  Schedule schedule;
  schedule.order = kind.kind().make(network, memory, kind.params);
  schedule.steps = steps(network, schedule.order);
  schedule.max_live = max_live(network.neurons(), schedule.steps);
  schedule.bound = bound;
  return schedule;
}

uint64_t price(uint64_t words, uint64_t weights, CostUnit unit, uint64_t panel, const ByteCosts& costs) {
  if (unit == CostUnit::words) return words;
  return (words - weights) * costs.value * panel + weights * (costs.weight + costs.index);
}

Theory price(const NetworkFacts& network, const Schedule& schedule, const IoCount& values, CostUnit unit,
             uint64_t panel, const ByteCosts& costs) {
  const Bounds bound = bounds(network);
  const uint64_t weights = network.connections;
  const auto priced = [&](uint64_t words) { return price(words, weights, unit, panel, costs); };
  Theory theory;
  theory.lower = priced(bound.lower());
  theory.upper = priced(bound.upper());
  theory.lower_instance = priced(schedule.bound.total());
  theory.certified_gap = certified_gap(values.value_reads - network.neurons, schedule.bound.reads - bound.lower_reads);
  theory.values = values;
  theory.reads = priced(values.value_reads + weights);
  theory.writes = priced(values.value_writes + weights) - priced(weights);
  return theory;
}

Theory theory_of(const Network& network, const Schedule& schedule, const PolicyKind& policy, uint64_t memory,
                 CostUnit unit, uint64_t panel, const ByteCosts& costs) {
  return price(network.facts(), schedule, policy.simulate(network, schedule.steps, memory), unit, panel, costs);
}

double model_lines(const Network& network, const Schedule& schedule, const PolicyKind& policy, uint64_t cache_bytes,
                   uint64_t panel, const ByteCosts& costs) {
  const uint64_t lines_a_value = (costs.value * panel + line_bytes - 1) / line_bytes;
  const uint64_t memory = cache_bytes / (lines_a_value * line_bytes);
  if (memory < 3) return std::numeric_limits<double>::quiet_NaN();
  const IoCount count = policy.simulate(network, schedule.steps, memory);
  const uint64_t stream = (network.connections() * (costs.weight + costs.index) + line_bytes - 1) / line_bytes;
  return static_cast<double>(count.value_reads * lines_a_value + stream);
}

}  // namespace sparsio
