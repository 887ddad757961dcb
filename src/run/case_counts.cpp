#include "run/case_counts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/spec.hpp"
#include "exec/machine/simd_limit.hpp"
#include "exec/shared/trace.hpp"
#include "run/one_pass.hpp"
#include "run/team_simulation.hpp"
#include "topo/caches.hpp"

namespace sparsio {
namespace {

Resolved<MeterKind> meter_of(const MissCount& of) {
  return resolve<MeterKind>(of.one.text("meter"), of.one.place);
}

/// Were the timed kernels for an instruction set that this meter cannot watch?
bool has_newer_simd_than(const MeterKind& meter, const Execution& execution) {
  const std::vector<std::string> names = simd_names();
  return !execution.simd.empty() && execution.simd == names.front() &&
         std::find(names.begin() + 1, names.end(), meter.simd_limit) != names.end();
}

/// All that a count which is the same each time depends on.
std::string counts_key(const MissCount& of, const std::string& meter, const Case& worked) {
  std::string key = meter;
  for (const char* name : {"network", "engine", "order", "track", "inputs"}) key += " " + worked.text(name);
  key += fmt::format(" {} {}", of.panel, of.memory_values);
  for (const CacheGeometry& level : of.levels)
    key += fmt::format(" {} {} {} {}", level.name, level.bytes, level.line_bytes, level.ways);
  return key;
}

void write_counts(const MissCount& of, const Counts& counts, Record& record) {
  record.set("misses_source", counts.source);
  record.set("misses_status", counts.status);
  const auto meter = meter_of(of);
  record.set("misses_map", !counts.map.empty() && has_newer_simd_than(meter.kind(), of.execution)
                               ? fmt::format("{}; kernels for {}", counts.map, meter.kind().simd_limit)
                               : counts.map);
  for (const LevelCount& level : counts.levels) {
    record.set(level.name + "_misses", level.misses);
    record.set(level.name + "_weight_misses", level.weight_misses);
    record.set(level.name + "_demand_misses", level.demand_misses);
    record.set(level.name + "_write_backs", level.write_backs);
  }
  for (const EventCount& event : counts.events) record.set(event.name, event.value);
}

/// The watched pass is the first panel's, and which of its inputs are alive the timed runs have said.
PassInputs made_on(const MissCount& of) {
  const auto& categories = of.execution.outcome.categories;
  const uint64_t count = std::min(of.panel, of.inputs.count);
  const auto end = std::upper_bound(categories.begin(), categories.end(), count);
  return {of.inputs.held_as(), end - categories.begin() == static_cast<int64_t>(count) ? Life::all : Life::some};
}

/// What a team fetches on the machine that the meter's options name; nothing where they name no team. What the case
/// says of a thread's caches is known better than hwloc's words of those that nobody shares.
std::vector<EventCount> team_counts(const MissCount& of, const Resolved<MeterKind>& meter) {
  if (meter.name() != "simulated" || meter.params.count("workers") == 0) return {};
  const auto workers = static_cast<uint32_t>(meter.params.count("workers"));
  const std::string place = of.one.where("meter") + ": simulated: ";
  CacheTree tree = cache_tree(meter.params.text("machine"), place + "machine");
  if (!of.one.text("caches").empty())
    for (const CacheGeometry& known : parse_caches(of.one.text("caches"), of.one.where("caches")))
      for (CoreCache& cache : tree.caches)
        if (cache.cores == 1 && cache.geometry.name == known.name) cache.geometry = known;
  const Hierarchy hierarchy =
      meter.params.text("hierarchy") == "filtered" ? Hierarchy::filtered : Hierarchy::independent;
  const TeamTraffic traffic = simulate_team(*of.execution.engine, made_on(of),
                                            caches_over(tree, workers, place + "workers"), {workers}, hierarchy);
  return {{"simulated_workers", static_cast<double>(workers)},
          {"simulated_memory_bytes", traffic.bytes_per_multiply_add()}};
}

}  // namespace

ModelledPass watched_pass(const MissCount& of) {
  const std::string chosen = of.execution.engine->chosen();
  const auto meter = meter_of(of);
  if (!has_newer_simd_than(meter.kind(), of.execution))
    return pass_of(of.execution.engine, made_on(of), chosen + " " + of.execution.simd);
  const std::string_view limit = meter.kind().simd_limit;
  const SimdScope scope(limit);
  const auto engine = resolve<EngineKind>(chosen.empty() ? of.one.text("engine") : chosen, of.one.place);
  const std::shared_ptr<Engine> watched = engine.kind().make(engine.params);
  watched->prepare(of.plan);
  ModelledPass pass = pass_of(watched, made_on(of), chosen + " " + watched->simd());
  pass.tell = [limit, tell = std::move(pass.tell)](AccessVisitor& visitor) {
    const SimdScope again(limit);
    tell(visitor);
  };
  return pass;
}

void count_misses(const MissCount& of, CaseCache& bench, Record& record) {
  const auto meter = meter_of(of);
  record.set("misses_source", meter.name());
  record.set("misses_status", "not asked for");
  if (meter.name() == "none") return;
  const Engine& engine = *of.execution.engine;
  // An engine that chooses might choose another in the pass, which is not what was timed.
  Case worked = of.one;
  if (const std::string chosen = engine.chosen(); !chosen.empty()) worked.set("engine", chosen, of.one.place);
  const MeterRequest request{[&](const TraceSink& sink) { trace(engine, {}, made_on(of), sink); },
                             [&] { return prepare_one_pass(worked.text("engine"), of.plan, of.inputs, of.one.place); },
                             of.levels,
                             of.machine_levels,
                             one_pass_command(worked, of.panel, of.memory_values, of.plan.l2_bytes),
                             of.deadline};
  const auto count = [&] {
    try {
      Counts counts = meter.kind().measure(request, meter.params);
      for (EventCount& one : team_counts(of, meter)) counts.events.push_back(std::move(one));
      return counts;
    } catch (const Unsupported& reason) {  // the engine has no trace: the case is timed all the same
      return unavailable(meter.name(), request, reason.what());
    }
  };
  write_counts(
      of,
      meter.kind().repeats == Repeats::anew ? count() : bench.counts(counts_key(of, meter.canonical(), worked), count),
      record);
}

}  // namespace sparsio
