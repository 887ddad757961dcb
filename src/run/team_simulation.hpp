// team_simulation: what several workers fetch through the caches of a machine that need not be there. Simulated, never
// measured.
// Every worker makes the pass that the engine tells of it, over panels of its own, on a core of its own: worker w on
// core w. Buffers, frames and inputs are its own, weights and indices are everybody's. The traces are interleaved
// (count/cache/interleave), private caches are private, shared ones hold what all of their workers left there. Nothing
// is said of time, but for the two roofs of roof_of().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "count/cache/interleave.hpp"
#include "count/cache/team_caches.hpp"
#include "exec/engine.hpp"
#include "topo/cache_tree.hpp"

namespace sparsio {

/// The caches that a team of `workers` meets. BadInput at `place` where there are fewer cores, or no cache over one.
std::vector<TeamCache> caches_over(const CacheTree& tree, uint32_t workers, const std::string& place);

/// All caches of a level.
struct TeamLevel {
  std::string name;
  uint64_t caches = 0;  // that some worker is under
  CacheCounts counts;
  double fetched_bytes = 0;  // from the level behind, or from memory
  double written_bytes = 0;  // to it
};

struct TeamTraffic {
  double multiply_adds = 0;  // of all workers, in the counted panel of each
  std::vector<TeamLevel> levels;
  double memory_read_bytes = 0;
  double memory_written_bytes = 0;

  double bytes_per_multiply_add() const { return (memory_read_bytes + memory_written_bytes) / multiply_adds; }
};

/// Of one panel of each worker, the caches cold before it and clean after it. Of several only the last is counted: the
/// others leave in the caches what they leave, and so does the last one.
TeamTraffic simulate_team(const Engine& engine, PassInputs inputs, const std::vector<TeamCache>& caches,
                          const Turns& turns, Hierarchy hierarchy);

/// What a team could reach at most, where computing and memory overlap: time is the greater of the two.
struct Roof {
  double multiply_adds_per_second = 0;
  std::string_view limit;  // "compute" or "memory"
};
/// `peak`: multiply-adds a second of one core that waits for no memory; `bandwidth`: bytes a second of all memory.
Roof roof_of(const TeamTraffic& traffic, uint32_t workers, double peak, double bandwidth);

}  // namespace sparsio
