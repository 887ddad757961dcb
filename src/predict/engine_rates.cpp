#include "predict/engine_rates.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>

#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "predict/engine_time.hpp"
#include "run/case_cache.hpp"
#include "statistics/nonnegative_fit.hpp"

namespace sparsio {
namespace {

constexpr uint64_t least_inputs = 512;
/// Of engines that take any order: sums one after the other, and all at once.
const std::vector<std::string> other_orders = {"by_target", "by_source"};
constexpr uint64_t any_memory = 100;  // these orders do not look at it
constexpr double slow_batch = 0.02;   // seconds
constexpr uint64_t least_passes = 8;  // in one run: what a run does once is shared by them

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The work of one pass, and how long it took.
struct Trial {
  PassWork work;
  double seconds = 0;
};

/// The least time counts: what disturbs a run makes it longer, never shorter. An engine whose one pass says that a
/// batch would take several times `seconds` is not given the batch.
double seconds_of_pass(Engine& engine, const Inputs& inputs, uint32_t panel, double seconds) {
  const auto timed = [&](const Inputs& batch) {
    const auto begin = std::chrono::steady_clock::now();
    engine.run(batch, Observe::categories, {});
    return seconds_since(begin);
  };
  const double passes = static_cast<double>(inputs.count) / panel;
  const double one = timed(first_rows(inputs, panel));
  if (one * passes > slow_batch + 4 * seconds) return one;
  double least = std::numeric_limits<double>::infinity();
  const auto start = std::chrono::steady_clock::now();
  do {
    least = std::min(least, timed(inputs));
  } while (seconds_since(start) < seconds);
  return least / passes;
}

std::vector<std::string> amounts_of(const std::vector<CacheGeometry>& levels) {
  std::vector<std::string> names = {"connection", "neuron", "stream_byte", "chained"};
  for (const CacheGeometry& level : levels) names.push_back(line_amount(level.name));
  return names;
}

/// The costs that explain the trials best.
void fit(const std::vector<Trial>& trials, const std::vector<std::string>& names, EngineRate& rate) {
  std::vector<std::vector<double>> rows;
  std::vector<double> seconds;
  for (const Trial& trial : trials) {
    rows.emplace_back();
    for (const std::string& name : names) rows.back().push_back(amount(trial.work, name));
    seconds.push_back(trial.seconds);
  }
  const std::vector<double> costs = nonnegative_fit(rows, seconds);
  for (size_t j = 0; j < names.size(); ++j) rate.seconds_a.emplace_back(names[j], costs[j]);
  for (const Trial& trial : trials)
    rate.greatest_error =
        std::max(rate.greatest_error, std::abs(pass_seconds(trial.work, rate).first / trial.seconds - 1));
}

/// Does `calibrate` have rates of it?
bool is_calibrated(const std::string& name, const EngineKind& kind) {
  return name != "reference" && name != "auto" && !kind.with &&  // which is another engine under a second name

         std::find(kind.tracks.begin(), kind.tracks.end(), Track::general) != kind.tracks.end();
}

}  // namespace

const std::vector<uint32_t>& calibrated_panels() {
  static const std::vector<uint32_t> panels = {16, 48, 64, 128};
  return panels;
}

const std::vector<std::string>& calibration_networks() {
  static const std::vector<std::string> networks = {
      "mlp:widths=256x4,density=0.125,seed=1",   // 200 kB of connections; rows of a panel of 16 in L1, of 128 in L2
      "mlp:widths=256x4,density=0.03,seed=1",    // eight sources a neuron
      "mlp:widths=256x3,density=0.8,seed=1",     // nearly all connections are there
      "radix_net:neurons=512,layers=3",          // 16 neurons share their 32 sources
      "mlp:widths=800x3,density=0.1,seed=1",     // 1 MB of connections
      "mlp:widths=1500x3,density=0.06,seed=1",   // 2 MB, and rows that leave a small L2
      "mlp:widths=3000x3,density=0.02,seed=1",   // 3 MB, and rows that leave the L2 at any panel but the narrowest
      "mlp:widths=4000x3,density=0.002,seed=1",  // neurons rather than connections
  };
  return networks;
}

std::vector<EngineRate> measure_engine_rates(double seconds, const std::vector<CacheGeometry>& levels,
                                             const std::vector<std::string>& networks) {
  std::vector<EngineRate> rates;
  std::map<std::pair<std::string, uint32_t>, std::vector<Trial>> trials;
  const double each = seconds / static_cast<double>(networks.size());
  for (const std::string& spec : networks) {
    CaseCache cache;
    const auto network = cache.network(spec, "calibrate");
    for (const uint32_t panel : calibrated_panels()) {
      const auto inputs =
          cache.inputs("random:density=0.2,count=" + std::to_string(std::max(least_inputs, least_passes * panel)),
                       network->input_width(), "calibrate");
      for (const auto& entry : Registry<EngineKind>::instance().entries()) {
        if (!is_calibrated(entry.name, entry.kind)) continue;
        const std::vector<std::string>& orders = entry.kind.orders.empty() ? other_orders : entry.kind.orders;
        for (const std::string& order : orders) {
          Plan plan;
          plan.network = network->whole_if_small();
          plan.layers = network->layers();
          plan.order = *cache.order(spec, *plan.network, order, any_memory, "calibrate");
          plan.panel = panel;
          const auto engine = entry.kind.make(Params(entry.kind.options, {}, entry.name));
          try {
            engine->prepare(plan);
            Trial trial{work_of(*engine, plan, inputs->held_as(), levels), 0};
            trial.seconds = seconds_of_pass(*engine, *inputs, panel, each);
            trials[{entry.name, panel}].push_back(std::move(trial));
          } catch (const Unsupported&) {
          }
        }
      }
    }
  }
  for (const auto& [key, of_engine] : trials) {
    EngineRate rate{key.first, key.second, 0, {}, 0};
    fit(of_engine, amounts_of(levels), rate);
    for (const Trial& trial : of_engine)
      rate.flops_a_second =
          std::max(rate.flops_a_second, 2 * amount(trial.work, "connection") * rate.panel / trial.seconds);
    rates.push_back(std::move(rate));
  }
  return rates;
}

}  // namespace sparsio
