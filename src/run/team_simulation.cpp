#include "run/team_simulation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "exec/shared/trace.hpp"

namespace sparsio {
namespace {

void add(const CacheCounts& counts, CacheCounts& sum) {
  sum.accesses += counts.accesses;
  sum.read_misses += counts.read_misses;
  sum.write_misses += counts.write_misses;
  sum.write_backs += counts.write_backs;
  sum.dirty_at_end += counts.dirty_at_end;
}

TeamLevel& level_named(const std::string& name, std::vector<TeamLevel>& levels) {
  const auto found = std::find_if(levels.begin(), levels.end(), [&](const TeamLevel& one) { return one.name == name; });
  if (found != levels.end()) return *found;
  levels.emplace_back().name = name;
  return levels.back();
}

void add_cache(const TeamCaches& simulated, size_t k, const CacheGeometry& geometry, TeamTraffic& traffic) {
  const double fetched = static_cast<double>(simulated.fetched(k)) * geometry.line_bytes;
  const double written = static_cast<double>(simulated.counts(k).write_backs) * geometry.line_bytes;
  TeamLevel& level = level_named(geometry.name, traffic.levels);
  ++level.caches;
  add(simulated.counts(k), level.counts);
  level.fetched_bytes += fetched;
  level.written_bytes += written;
  if (!simulated.is_last(k)) return;
  traffic.memory_read_bytes += fetched;
  traffic.memory_written_bytes += written;
}

}  // namespace

std::vector<TeamCache> caches_over(const CacheTree& tree, uint32_t workers, const std::string& place) {
  if (workers == 0) throw BadInput(place, "0 workers make no pass", "give 1 or more");
  if (workers > tree.cores)
    throw BadInput(place, fmt::format("{} workers on {} cores", workers, tree.cores), "give a core to each");
  std::vector<TeamCache> caches;
  std::vector<char> has_cache(workers, 0);
  for (const CoreCache& one : tree.caches) {
    TeamCache cache{one.geometry, {}};
    for (uint32_t w = one.first_core; w < std::min(workers, one.first_core + one.cores); ++w) {
      cache.workers.push_back(w);
      has_cache[w] = 1;
    }
    if (!cache.workers.empty()) caches.push_back(std::move(cache));
  }
  const auto bare = std::find(has_cache.begin(), has_cache.end(), 0);
  if (bare != has_cache.end())
    throw BadInput(place, fmt::format("core {} has no cache", bare - has_cache.begin()), "describe its caches");
  return caches;
}

TeamTraffic simulate_team(const Engine& engine, PassInputs inputs, const std::vector<TeamCache>& caches,
                          const Turns& turns, Hierarchy hierarchy) {
  TeamCaches simulated(caches, turns.workers, hierarchy);
  const uint64_t reach = turns.workers * uint64_t{turns.panels} > 1 ? trace_reach(engine, {}, inputs) : 0;
  const WorkerTrace tell = [&](uint32_t worker, uint32_t panel, const TraceSink& sink) {
    const AddressPlace place = {worker * reach, (uint64_t{panel} * turns.workers + worker) * reach,
                                panel == 0 ? AddressPlace::Buffers::zeroed : AddressPlace::Buffers::used};
    trace(engine, {0, worker}, inputs, place, sink);
  };
  interleave(turns, tell, [&](uint32_t worker, uint32_t panel, std::span<const AccessSpan> spans) {
    simulated.replay(worker, spans, panel + 1 == turns.panels ? Counting::on : Counting::off);
  });
  if (turns.panels == 1) simulated.flush();
  const EngineCost cost = engine.cost();
  TeamTraffic traffic;
  traffic.multiply_adds = static_cast<double>(cost.connections) * cost.panel * turns.workers;
  for (size_t k = 0; k < caches.size(); ++k) add_cache(simulated, k, caches[k].geometry, traffic);
  return traffic;
}

Roof roof_of(const TeamTraffic& traffic, uint32_t workers, double peak, double bandwidth) {
  const double compute_seconds = traffic.multiply_adds / (peak * workers);
  const double memory_seconds = (traffic.memory_read_bytes + traffic.memory_written_bytes) / bandwidth;
  return {traffic.multiply_adds / std::max(compute_seconds, memory_seconds),
          memory_seconds > compute_seconds ? "memory" : "compute"};
}

}  // namespace sparsio
