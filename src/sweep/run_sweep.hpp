// run_sweep: every case of a sweep that is not finished yet, into one results file: one after the other, or shared by
// ranks (`rank_schedule.hpp` says how), each with a journal of its own.
// The journal beside the results is the truth while the sweep runs: a line before and after each case, on disk before
// the sweep goes on. The HDF5 file is written anew at the end and every few minutes. So a kill costs at most the case
// in flight, and the same command goes on where it ended; what earlier sessions measured keeps their provenance beside
// that of the last.
#pragma once

#include <atomic>
#include <ostream>
#include <string>
#include <vector>

#include "config/sweep.hpp"
#include "run/run_case.hpp"

namespace sparsio {

enum class Finished { skip, rerun };

struct SweepRequest {
  std::string config;                              // path, for the results
  std::string out;                                 // results file
  Finished finished = Finished::skip;              // what to do with rows that are there
  std::vector<std::string> command;                // for the provenance
  const std::atomic<bool>* interrupted = nullptr;  // set from outside: stop after the case in flight
};

struct SweepSummary {
  uint64_t cases = 0;
  uint64_t ran = 0;
  uint64_t skipped = 0;
  uint64_t not_ok = 0;  // of all the sweep's rows, those run and those skipped
  bool was_interrupted = false;
};

/// Where results of a config go unless --out says otherwise: results/<stem>.h5.
std::string default_results_path(const std::string& config);

/// Runs the cases, talking to `log`. Collective: every rank has the same sweep. BadInput if the results cannot be read,
/// written or are being written by another run.
SweepSummary run_sweep(const Sweep& sweep, const SweepRequest& request, std::ostream& log, Communicator& ranks);

/// The rows of a results file and of the journal beside it, the journal being newer. Either may be missing, not both.
Results read_all_results(const std::string& path);

}  // namespace sparsio
