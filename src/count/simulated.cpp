// simulated: replays the engine's trace, line by line, in simulated caches that start cold (count/cache/team_caches),
// those of one worker. One walk over the trace feeds all levels; what is dirty at its end is written back. What several
// workers fetch is another simulation, which who has the engine makes (run/team_simulation).
#include "count/cache/team_caches.hpp"
#include "count/meter.hpp"

namespace sparsio {
namespace {

LevelCount level_count(const std::string& name, const CacheCounts& counts) {
  const auto lines = [](uint64_t count) { return static_cast<double>(count); };
  return {name,
          lines(counts.accesses),
          lines(counts.read_misses + counts.write_misses),
          lines(counts.read_misses),
          lines(counts.write_misses),
          lines(counts.write_backs),
          lines(counts.dirty_at_end),
          lines(counts.weight_misses),
          lines(counts.read_misses + counts.write_misses)};
}

Counts measure(const MeterRequest& request, const Params& params) {
  const std::string& hierarchy = params.text("hierarchy");
  if (!request.trace) return unavailable("simulated", request, "the engine has no trace");
  if (request.levels.empty()) return unavailable("simulated", request, "no cache is known or given");
  std::vector<TeamCache> levels;
  for (const CacheGeometry& geometry : request.levels) levels.push_back({geometry, {0}});
  TeamCaches caches(levels, 1, hierarchy == "independent" ? Hierarchy::independent : Hierarchy::filtered);
  request.trace([&](std::span<const AccessSpan> spans) { caches.replay(0, spans); });
  caches.flush();
  Counts counts{"simulated", "measured", {}};
  for (size_t k = 0; k < levels.size(); ++k)
    counts.levels.push_back(level_count(request.levels[k].name, caches.counts(k)));
  return counts;
}

const Register<MeterKind> registered{
    {"replays the engine's trace in simulated caches",
     {{"hierarchy", Type::text, "independent", "independent (every level sees every access) or filtered",
       one_of("independent filtered")},
      {"workers", Type::integer, "0", "a case tells besides what so many fetch together (sparsio simulate); 0: none",
       between(0, 1024), 4},
      {"machine", Type::text, "", "on whose cores they are: synthetic:DESCRIPTION or an XML of hwloc", {}, 4}},
     measure}};

}  // namespace
}  // namespace sparsio
