// meter: who counts what the memory hierarchy did in one pass.
// A meter is handed both ways to see a pass: the engine's trace, to be replayed in a simulation, and the pass itself,
// to be run under counters. What it cannot know is NaN with a reason in `status`, never 0.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/deadline.hpp"
#include "base/registry.hpp"
#include "net/access.hpp"
#include "net/plan.hpp"

namespace sparsio {

/// Executes a pass that has been set up; the same each time it is called.
using Pass = std::function<void()>;

/// One pass: one panel, one thread, from cold caches. Four ways to see it; a meter takes the one it can use.
struct MeterRequest {
  std::function<void(const TraceSink&)> trace;     // replays the pass's accesses; null: the engine has no trace
  std::function<Pass()> region;                    // sets the pass up on the calling thread; null: it cannot run alone
  std::vector<CacheGeometry> levels = {};          // what is asked about, innermost first
  std::vector<CacheGeometry> machine_levels = {};  // the real caches of that thread, which counters count
  std::vector<std::string> command = {};           // a program and its arguments that execute the pass; empty: none
  Deadline deadline = {};                          // of the case
};

/// What one level did, in lines.
struct LevelCount {
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  std::string name;           // of its geometry
  double accesses = unknown;  // lines touched, hits included
  double misses = unknown;    // read_misses + write_misses
  double read_misses = unknown;
  double write_misses = unknown;
  double write_backs = unknown;    // dirty lines that left, those still dirty at the end of the pass included
  double dirty_at_end = unknown;   // the part of write_backs that the end of the pass forced out
  double weight_misses = unknown;  // the part of misses that is weights, biases and indices
  double demand_misses = unknown;  // the part of misses that loads and stores waited for, prefetchers left out
};

/// Something else that happened during the pass, as the operating system counts it.
struct EventCount {
  std::string name;  // "page_faults", "context_switches", "task_clock_seconds"
  double value = LevelCount::unknown;
};

struct Counts {
  std::string source;                   // "none", "simulated"
  std::string status;                   // "measured", "measured, but NAME: reason" or "unavailable: reason"
  std::vector<LevelCount> levels;       // one for each requested level, in that order
  std::vector<EventCount> events = {};  // what else was counted; none: nothing
  std::string map = "";                 // which counter of the machine each number is, "" where it is none
};

/// One thing that a meter can count here, or cannot.
struct EventStatus {
  std::string name;
  std::string status;        // "counts" or "unavailable: reason"
  std::string remedy;        // "" where nothing can be done or need be
  std::string counter = "";  // of the machine, by its name; "" where it is none
};

/// A text that tells the meter which counters to take, and why it was taken.
struct MeterSource {
  std::string name;
  std::string subject;  // what it is about
  std::string origin;   // "built in" or a path
  std::string why;
};

/// Whether a second measurement of the same case may be left out.
enum class Repeats { as_counted, anew };

/// A way to count.
struct MeterKind {
  static constexpr std::string_view kind_name = "meter";
  std::string_view summary;
  Options options;
  Counts (*measure)(const MeterRequest& request, const Params& params);
  Repeats repeats = Repeats::as_counted;
  std::vector<EventStatus> (*probe)() = nullptr;    // what it can count on this machine; null: everything, anywhere
  std::vector<MeterSource> (*sources)() = nullptr;  // the texts it goes by here; null: none
  void (*check)() = nullptr;                        // BadInput if those texts are wrong; null: nothing can be
  std::string_view simd_limit = "";                 // the newest instruction set that it can watch; "": any
};

/// Every requested level named and unknown, with the reason.
Counts unavailable(std::string source, const MeterRequest& request, const std::string& reason);

}  // namespace sparsio
