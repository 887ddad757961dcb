// meter: who counts what the memory hierarchy did in one pass.
// A meter is handed both ways to see a pass: the engine's trace, to be replayed in a simulation, and the pass itself,
// to be run under counters. What it cannot know is NaN with a reason in `status`, never 0.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "net/access.hpp"
#include "plugin/registry.hpp"

namespace sparsio {

/// One pass: one tile, one thread, from cold caches.
struct MeterRequest {
  std::function<void(const TraceSink&)> trace;  // replays the pass's accesses; null: the engine has no trace
  std::function<void()> region;                 // executes the pass; null: it cannot be executed alone
  std::vector<CacheGeometry> levels;            // innermost first
};

/// What one level did, in lines.
struct LevelCount {
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  std::string name;           // of its geometry
  double accesses = unknown;  // lines touched, hits included
  double misses = unknown;    // read_misses + write_misses
  double read_misses = unknown;
  double write_misses = unknown;
  double write_backs = unknown;   // dirty lines that left, those still dirty at the end of the pass included
  double dirty_at_end = unknown;  // the part of write_backs that the end of the pass forced out
};

struct Counts {
  std::string source;              // "none", "simulated"
  std::string status;              // "measured" or "unavailable: reason"
  std::vector<LevelCount> levels;  // one for each requested level, in that order
};

/// A way to count.
struct MeterKind {
  static constexpr std::string_view kind_name = "meter";
  std::string_view summary;
  Options options;
  Counts (*measure)(const MeterRequest& request, const Params& params);
};

/// Every requested level named and unknown, with the reason.
Counts unavailable(std::string source, const MeterRequest& request, const std::string& reason);

}  // namespace sparsio
