// chooser: which order, engine, panel and number of threads for this network on this machine?
// The work of one pass of each candidate (pass_work) at the costs that this machine's calibration found for the engine
// and panel (engine_time). The best few are then measured, and the measured ones ranked: a prediction orders the
// candidates, a measurement decides.
#pragma once

#include <string>
#include <vector>

#include "predict/calibration.hpp"
#include "predict/pass_work.hpp"
#include "run/case_cache.hpp"
#include "statistics/median_interval.hpp"

namespace sparsio {

struct Choice {
  std::string engine;  // SPEC
  std::string note;    // whose options these are, "" where there are none
  std::string order;
  uint32_t panel = 0;
  unsigned threads = 1;
  double predicted_seconds = 0;  // of all inputs
  std::string limit;             // what takes longest: "connection", "L1_line" ...
  PassWork work;                 // of one pass
  MedianInterval measured{KernelCount::unknown, KernelCount::unknown, KernelCount::unknown};  // seconds
  std::string status = "not measured";  // "ok", "incorrect" or a reason
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
                           CaseCache& cache);

/// A measurement beyond so many times its prediction, or below that part of it, is far from it: after a quiet
/// calibration predictions were off by 1.9 at most.
constexpr double far_off = 2;

/// The measured choices whose times are far from what was predicted, a line each.
std::vector<std::string> surprises(const std::vector<Choice>& choices);

/// What the prediction was worth, of the choices that were measured and are `ok`.
struct Hindsight {
  const Choice* first = nullptr;    // the best predicted; null: nothing was measured
  const Choice* fastest = nullptr;  // the best measured
  double regret = 0;                // first's time over the fastest's
  bool is_tied = false;             // their intervals of the median meet: repetition does not tell them apart
};
Hindsight hindsight(const std::vector<Choice>& choices);

/// Of so many engines the best is measured before a second one of any.
constexpr uint64_t different_engines = 3;

/// Which of the sorted choices to measure: the best of each of the three best engines, then the best of the rest. What
/// a prediction does not know of an engine is the same for all its candidates, so a second one of it would tell little.
std::vector<size_t> to_be_measured(const std::vector<Choice>& choices, uint64_t count);

}  // namespace sparsio
