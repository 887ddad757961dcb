// simulated: replays the engine's trace, line by line, in simulated caches that start cold.
// `independent`: every level sees every access, as in the model (io/MODEL.md, 6), whatever the levels before it do.
// `filtered`: the levels form a hierarchy, and each sees only what the one before it asks for (its misses, as loads)
// and throws out (its write-backs, as stores). A line written back is whole, so the write misses of an outer filtered
// level fetch nothing: its traffic is read_misses + write_backs. The levels are neither inclusive nor exclusive.
// One walk over the trace feeds all levels; what is dirty at its end is written back, the innermost level first.
#include <memory>

#include "count/cache/cache_simulator.hpp"
#include "count/meter.hpp"

namespace sparsio {
namespace {

using Caches = std::vector<std::unique_ptr<CacheSimulator>>;

Caches make_caches(const MeterRequest& request) {
  Caches caches;
  for (const CacheGeometry& geometry : request.levels) caches.push_back(make_cache_simulator(geometry));
  return caches;
}

void run_independent(const MeterRequest& request, Caches& caches) {
  request.trace([&](std::span<const AccessSpan> spans) {
    for (const auto& cache : caches) cache->replay(spans, Outflow::ignored());
  });
  for (const auto& cache : caches) cache->flush(Outflow::ignored());
}

void run_filtered(const MeterRequest& request, Caches& caches) {
  std::vector<Outflow> outflows(caches.size());
  const auto feed_from = [&](size_t first, std::span<const AccessSpan> spans) {
    for (size_t k = first; k < caches.size(); ++k) {
      caches[k]->replay(spans, outflows[k]);
      spans = outflows[k].spans();
    }
  };
  const auto clear = [&] {
    for (Outflow& outflow : outflows) outflow.clear();
  };
  request.trace([&](std::span<const AccessSpan> spans) {
    feed_from(0, spans);
    clear();
  });
  for (size_t k = 0; k < caches.size(); ++k) {
    caches[k]->flush(outflows[k]);
    feed_from(k + 1, outflows[k].spans());
    clear();
  }
}

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
  Caches caches = make_caches(request);
  if (hierarchy == "independent")
    run_independent(request, caches);
  else
    run_filtered(request, caches);
  Counts counts{"simulated", "measured", {}};
  for (size_t k = 0; k < caches.size(); ++k)
    counts.levels.push_back(level_count(request.levels[k].name, caches[k]->counts()));
  return counts;
}

const Register<MeterKind> registered{
    {"replays the engine's trace in simulated caches",
     {{"hierarchy", Type::text, "independent", "independent (every level sees every access) or filtered",
       one_of("independent filtered")}},
     measure}};

}  // namespace
}  // namespace sparsio
