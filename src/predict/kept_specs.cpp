#include "predict/kept_specs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "run/case_cache.hpp"

namespace sparsio {
namespace {

constexpr uint32_t usual_panel = 64;
/// Of the batch, at least: what a run does once is shared by them.
constexpr uint32_t least_inputs = 192;
/// Time by the clock, as a multiple of what is timed: on a busy machine there is an end too.
constexpr double patience = 3;

uint32_t best_panel(const Resolved<EngineKind>& engine, double density) {
  const auto& rule = engine.kind().best_panel;
  return rule ? rule(density, engine.params) : usual_panel;
}

/// Of one engine on one network, each SPEC at the panel that it likes best.
class Field {
 public:
  Field(LayerSource& layers, double density, double seconds) : layers_(layers), density_(density), seconds_(seconds) {}

  /// Unsupported where the engine cannot.
  void enter(const std::string& spec) {
    const auto engine = resolve<EngineKind>(spec, "calibrate");
    Plan plan;
    plan.layers = &layers_;
    plan.panel = best_panel(engine, density_);
    Candidate one{spec, plan.panel, engine.kind().make(engine.params)};
    one.engine->prepare(plan);
    candidates_.push_back(std::move(one));
  }

  Winner winner(CaseCache& cache, uint32_t width) {
    uint64_t whole = 1;  // of every panel
    for (const Candidate& one : candidates_) whole = std::lcm(whole, uint64_t{one.panel});
    const uint64_t count = (least_inputs + whole - 1) / whole * whole;
    const auto inputs = cache.inputs(fmt::format("random:count={},density=0.2", count), width, "calibrate");
    return race(std::move(candidates_), *inputs, {.timed_seconds = seconds_, .clock_seconds = patience * seconds_});
  }

 private:
  LayerSource& layers_;
  double density_;
  double seconds_;
  std::vector<Candidate> candidates_;
};

}  // namespace

Winner race(std::vector<Candidate> candidates, const Inputs& inputs, const TurnLimits& limits) {
  const auto gain_of = [&](const Candidate& one) { return candidates.front().seconds / one.seconds; };
  const Winner none = {candidates.front().name, 1};
  take_turns(candidates, inputs, 1, limits);
  const auto best = std::min_element(candidates.begin(), candidates.end(),
                                     [](const auto& a, const auto& b) { return a.seconds < b.seconds; });
  if (best == candidates.begin() || gain_of(*best) <= least_advantage) return none;
  const double first = gain_of(*best);
  std::iter_swap(candidates.begin() + 1, best);
  candidates.erase(candidates.begin() + 2, candidates.end());
  take_turns(candidates, inputs, 1, limits);
  const double gain = std::min(first, gain_of(candidates.back()));
  return gain <= least_advantage ? none : Winner{candidates.back().name, gain};
}

std::vector<KeptSpec> measure_specs(const SpecRace& asked) {
  std::vector<KeptSpec> kept;
  for (const auto& entry : Registry<EngineKind>::instance().entries()) {
    if (entry.kind.variants == nullptr) continue;
    for (const double density : asked.densities) {
      CaseCache cache;
      const auto network =
          cache.network(fmt::format("mlp:widths={}x3,density={},seed=1", asked.width, density), "calibrate");
      Field field(*network->layers(), density, asked.seconds);
      field.enter(entry.name);
      for (const std::string& options : entry.kind.variants(density)) field.enter(entry.name + ":" + options);
      const auto [spec, gain] = field.winner(cache, asked.width);
      kept.push_back({entry.name, density, spec, gain});
    }
  }
  return kept;
}

const KeptSpec* spec_near(const Calibration& calibration, std::string_view engine, double density) {
  const auto distance = [&](const KeptSpec& kept) { return std::abs(std::log(kept.density / density)); };
  const KeptSpec* nearest = nullptr;
  for (const KeptSpec& kept : calibration.specs)
    if (kept.engine == engine && (nearest == nullptr || distance(kept) < distance(*nearest))) nearest = &kept;
  return nearest;
}

std::string words(const KeptSpec& kept) {
  return fmt::format("{}, kept by calibrate for density {:g}", kept.spec, kept.density);
}

}  // namespace sparsio
