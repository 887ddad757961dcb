// execute: the machine's answer. An engine prepares and runs; every repetition is timed and kept, its answer is
// verified, and a baseline runs interleaved with it. One rank or several, all go through the same steps; they agree on
// whether the repetitions are enough, which rank 0 says, and on whether a step failed.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/deadline.hpp"
#include "driver/shared/repetition.hpp"
#include "driver/shared/verify.hpp"
#include "exec/engine.hpp"
#include "mpi/communicator.hpp"
#include "part/shared/volume.hpp"

namespace sparsio {

/// Inputs alive after each layer are counted in a run of their own, outside the clock.
enum class Alive { not_counted, counted };
/// Whether the values of all inputs are kept, for who wants them.
enum class Outputs { not_kept, kept };

struct ExecutionRequest {
  std::string driver = "single";  // SPEC
  std::string engine;             // SPEC
  std::string baseline;           // SPEC of an engine, "" for none
  Plan plan;
  Repetition repetition;
  uint64_t warmup = 1;
  uint64_t verify = 16;                                 // inputs checked against `reference`
  std::string categories;                               // file with the published ones, "" for none
  std::shared_ptr<const std::vector<uint32_t>> labels;  // the class of each input; null: nobody knows
  Alive alive = Alive::not_counted;
  Outputs outputs = Outputs::not_kept;
  std::string place;
};

struct Execution {
  double prepare_seconds = 0;
  std::vector<double> seconds;                   // of each repetition
  std::vector<double> began;                     // Unix time of each
  std::vector<std::vector<WorkerTime>> workers;  // of each repetition, what each worker computed; empty for one
  std::vector<double> baseline_seconds;          // interleaved with them
  Outcome outcome;                               // of the last repetition
  std::vector<uint64_t> alive;                   // where it was asked for
  std::vector<float> outputs;                    // where they are kept: inputs x outputs, row-major
  uint64_t right = 0;                            // inputs for which the values say the class of their label
  std::optional<Volume> volume;  // on rank 0, where there is a partition: what it says that ranks send each other
  double memory_max = 0;         // bytes resident at most meanwhile: in the rank that had most, and in all ranks
  double memory_sum = 0;
  Verdict verdict;
  EngineCost cost;
  std::string simd;
  std::shared_ptr<Engine> engine;  // prepared, for meters
};

/// Collective over `ranks`, which must outlive the engine; the engine's prepare(), run() and end stay collective.
/// Samples are equal on all ranks; outcome, verdict and what values say count on rank 0. Unsupported, TimeLimit,
/// BadInput as the engine, the inputs or the categories file deserve, on all ranks if on one. A wrong answer is not an
/// exception: the verdict says so.
Execution execute(const ExecutionRequest& request, const Inputs& inputs, const Deadline& deadline, Communicator& ranks);
/// The same by one process alone.
Execution execute(const ExecutionRequest& request, const Inputs& inputs, const Deadline& deadline);

}  // namespace sparsio
