// calibration: how far this machine's counters can be believed, and what it can do at most.
// Kernels of known miss count are measured at each cache level: ratio = counted / known. A level is trusted if every
// kernel's misses are within `trusted_within` of what is known: the comparison of predicted with measured asks for
// 5 %, and a counter that is off by more than 10 % where the answer is known cannot decide that. (Prefetchers hide
// demand misses: a level of which only those are counted fails at the stream, and rightly.) Beside that the peaks that
// a prediction of time needs: fused multiply-adds in registers, and bytes read a second from each level. Stored as
// TOML.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "count/meter.hpp"
#include "predict/message_time.hpp"
#include "predict/pass_work.hpp"
#include "topo/load_beside.hpp"
#include "topo/topology.hpp"

namespace sparsio {

/// One kernel at one level, in lines; NaN where nothing was counted.
struct KernelCount {
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  std::string level;   // "L1"
  std::string kernel;  // "stream_read"
  double known = unknown;
  double misses = unknown;
  double demand_misses = unknown;
  double write_backs = unknown;  // NaN for reads
  std::string status = "";       // of the meter
};

/// What one level came to.
struct LevelTrust {
  std::string level;
  uint64_t bytes = 0;
  bool is_trusted = false;
  bool has_trusted_write_backs = false;
  std::string reason =
      "";  // "misses within 1.2 % in 6 kernels", "gather_read 0.53 of what is known", "unavailable: ..."
};

/// Bytes read a second from a level by one thread and by all together.
struct ReadRate {
  std::string level;  // "L1" ... or "memory"
  uint64_t bytes = 0;
  double one_thread = 0;
  double all_threads = 0;
};

/// What one thread of an engine takes for a pass over a panel.
struct EngineRate {
  std::string engine;
  uint32_t panel = 0;
  double flops_a_second = 0;  // the most on a calibration network
  PassWork seconds_a;         // of each amount of work
  double greatest_error = 0;  // of the times that they predict for the calibration networks, relative
};

/// The SPEC with which an engine was fastest on networks of a density.
struct KeptSpec {
  std::string engine;
  double density = 0;
  std::string spec;  // the engine's name, and options where they won
  double gain = 1;   // how many times as fast as the engine without options
};

struct Calibration {
  static constexpr double trusted_within = 0.1;
  std::string source;  // "papi", "simulated", "callgrind"
  std::string host;
  std::string cpu;
  std::string made;  // UTC time
  uint32_t threads = 1;
  std::vector<KernelCount> kernels;
  std::vector<LevelTrust> levels;
  std::string simd;                              // the instruction set that the rates are of
  double fma_one_thread = KernelCount::unknown;  // a second; NaN: not measured
  double fma_all_threads = KernelCount::unknown;
  std::vector<ReadRate> reads;  // innermost first, memory last; empty: not measured
  std::vector<EngineRate> engines;
  std::vector<KeptSpec> specs;          // empty: not measured, as in older files
  std::optional<MessageTime> messages;  // between two ranks, by `calibrate --ranks`; none: not measured
  Load load = {KernelCount::unknown, KernelCount::unknown,
               KernelCount::unknown};  // while peaks and rates were measured
};

struct CalibrationRequest {
  std::string source = "papi";
  std::vector<CacheGeometry> levels = {};  // to be looked at, innermost first
  std::vector<std::string> kernels = {};   // by name; empty: all
  std::vector<std::string> program = {};   // how to call this program, for callgrind; empty: it cannot be
  double seconds = 0.2;                    // for each rate; 0: rates and SPECs are left out
};

/// Measures; `machine` has the threads that share the work. BadInput for a source that there is not.
Calibration calibrate(const CalibrationRequest& request, const Machine& machine);

/// Peaks and rates alone, no SPECs, `seconds` for each, and what else used the processors meanwhile.
void measure_rates(double seconds, const Machine& machine, Calibration& calibration);

/// Counted / known; NaN where either is unknown.
double ratio_of(double counted, double known);

/// Judges kernels of one level.
LevelTrust judge_level(const std::string& level, uint64_t bytes, const std::vector<KernelCount>& kernels);

/// Where this host's calibration is kept: $XDG_CACHE_HOME or ~/.cache, sparsio/calibration-HOST.toml. "" if neither
/// HOME nor the password database knows the user's home.
std::string default_calibration_path();

/// The text of that file for the results, "" if this host has none; it is not read, so that it cannot be wrong.
std::string kept_calibration_text();

std::string calibration_text(const Calibration& calibration);
/// BadInput as by check_calibration_path(), or if the file cannot be written.
void write_calibration(const Calibration& calibration, const std::string& path);
/// BadInput if it cannot be kept there. Only the folder of the default path is made: who names another has one.
void check_calibration_path(const std::string& path);
/// BadInput with file:line:column; none if there is no such file.
std::optional<Calibration> read_calibration(const std::string& path);

/// One that predictions of this program can be made from, or else why not.
struct UsableCalibration {
  std::optional<Calibration> calibration;
  std::string reason;
};
/// The one at `path`, if it has rates of the instruction set in use.
UsableCalibration usable_calibration(const std::string& path);

}  // namespace sparsio
