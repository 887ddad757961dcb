// chooser: which order, engine, tile and number of threads for this network on this machine?
// A roofline for each candidate: one pass over one tile takes the longer of its arithmetic at the engine's own rate in
// cache, and of the predicted lines of each level at the speed of the level behind it (Williams, Waterman, Patterson
// 2009). What stays in a level from one tile to the next costs nothing there but once. The best few are then measured,
// and the measured ones ranked: a prediction orders the candidates, a measurement decides.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "run/calibration.hpp"
#include "run/workbench.hpp"

namespace sparsio {

struct Choice {
  std::string engine;
  std::string order;
  uint32_t tile = 0;
  unsigned threads = 1;
  double predicted_seconds = 0;                       // of all inputs
  std::string limit;                                  // "arithmetic" or the level whose misses take longest
  std::vector<std::pair<std::string, double>> lines;  // predicted misses of one pass, by level
  double seconds = KernelCount::unknown;              // measured: the median
  std::string status = "not measured";                // "ok", "incorrect" or a reason
};

struct ChoiceRequest {
  std::string network;
  std::string inputs;
  std::vector<std::string> orders;  // tried where an engine takes any
  uint64_t memory = 100;            // M, for orders that look at it
  uint64_t measured = 3;            // of the best predicted
  uint64_t repetitions = 3;
};

/// Every candidate by predicted time, the best first; as many as asked for measured. BadInput; Unsupported where no
/// engine can execute the network.
std::vector<Choice> choose(const ChoiceRequest& request, const Calibration& calibration, const Machine& machine,
                           Workbench& workbench);

/// Which of the sorted choices to measure: the best of each of the three best engines, then the best of the rest. What
/// a prediction does not know of an engine is the same for all its candidates, so a second one of it would tell little.
std::vector<size_t> to_be_measured(const std::vector<Choice>& choices, uint64_t count);

/// Seconds of all inputs: what choose() sorts by. `passes` are tiles, shared by the choice's threads.
struct PassCost {
  double flops = 0;  // of one pass
  double flops_a_second = 0;
  std::vector<std::pair<std::string, double>> misses;  // by level, innermost first
};
std::pair<double, std::string> predicted_seconds(const PassCost& cost, uint64_t passes, unsigned threads,
                                                 const Calibration& calibration);

}  // namespace sparsio
