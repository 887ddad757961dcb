#include "predict/pass_work.hpp"

#include <algorithm>
#include <limits>
#include <memory>

#include "base/error.hpp"
#include "count/cache/cache_simulator.hpp"
#include "exec/shared/trace.hpp"

namespace sparsio {
namespace {

constexpr double most_lines = double{1 << 28};  // a few seconds

double neurons_of(const Plan& plan) {
  if (plan.layers == nullptr) return static_cast<double>(plan.network->facts().neurons);
  double neurons = 0;
  for (const uint32_t width : plan.layers->widths()) neurons += width;
  return neurons;
}

/// Lines missed in the second of two passes, by level; none for a library.
std::vector<double> steady_misses(const Engine& engine, PassInputs inputs, const std::vector<CacheGeometry>& levels) {
  std::vector<std::unique_ptr<CacheSimulator>> caches;
  for (const CacheGeometry& level : levels) caches.push_back(make_cache_simulator(level));
  const auto missed = [&](size_t k) {
    return static_cast<double>(caches[k]->counts().read_misses + caches[k]->counts().write_misses);
  };
  const TraceSink sink = [&](std::span<const AccessSpan> spans) {
    for (const auto& cache : caches) cache->replay(spans, Outflow::ignored());
  };
  std::vector<double> misses(levels.size());
  try {
    trace(engine, {}, inputs, sink);
    for (size_t k = 0; k < levels.size(); ++k) misses[k] = missed(k);
    trace(engine, {}, inputs, sink);
  } catch (const Unsupported&) {
    return {};
  }
  for (size_t k = 0; k < levels.size(); ++k) misses[k] = missed(k) - misses[k];
  return misses;
}

/// Connections that add to the sum in memory that the one before has just stored: the next load waits for that store.
double chained(const Plan& plan, const EngineCost& cost) {
  if (plan.network == nullptr || !cost.chains_sums) return 0;
  uint64_t count = 0;
  uint32_t before = std::numeric_limits<uint32_t>::max();
  for (const Step& step : steps(*plan.network, plan.order)) {
    count += step.target == before ? 1 : 0;
    before = step.target;
  }
  return static_cast<double>(count);
}

}  // namespace

std::string line_amount(const std::string& level) {
  return level + "_line";
}

PassWork work_of(const Engine& engine, const Plan& plan, PassInputs inputs, const std::vector<CacheGeometry>& levels) {
  const EngineCost cost = engine.cost();
  PassWork work = {{"connection", static_cast<double>(cost.connections)},
                   {"neuron", neurons_of(plan)},
                   {"stream_byte", static_cast<double>(cost.bytes_streamed)},
                   {"chained", chained(plan, cost)}};
  const double touched = static_cast<double>(cost.connections) * (1 + cost.row_bytes / 64.0);
  if (levels.empty() || touched * 2 * static_cast<double>(levels.size()) > most_lines) return work;
  const std::vector<double> misses = steady_misses(engine, inputs, levels);
  for (size_t k = 0; k < misses.size(); ++k) work.emplace_back(line_amount(levels[k].name), misses[k]);
  return work;
}

double amount(const PassWork& work, const std::string& name) {
  const auto found = std::find_if(work.begin(), work.end(), [&](const auto& one) { return one.first == name; });
  return found == work.end() ? 0 : found->second;
}

}  // namespace sparsio
