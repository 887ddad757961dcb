// status: how far a sweep is. What its results file, that file's journal and the files of its tasks say now, without
// disturbing the runs that write them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sweep/merge.hpp"

namespace sparsio {

struct SweepStatus {
  uint64_t ok = 0;
  uint64_t unsupported = 0;
  std::map<std::string, uint64_t> failed;  // "error: reason" -> rows
  uint64_t running = 0;                    // started, in a journal that a run is writing
  uint64_t interrupted = 0;                // started and never finished, and nobody is at it
  std::vector<std::string> missing;        // of the cases given: neither finished, failed nor started
  bool knows_missing = false;              // the sweep's cases were given
  uint64_t foreign = 0;                    // rows of no case of the sweep
  uint64_t files = 0;                      // that were read
  double seconds_left = 0;                 // NaN if nothing runs, or there is no pace yet

  uint64_t failures() const;
  uint64_t rows() const { return ok + unsupported + failures(); }
};

/// The results files of a sweep's tasks: <out without .h5>.tasks/<n>/task-<k>.h5, there or only as a journal.
std::vector<std::string> task_files(const std::string& out);

/// The folder that holds the submissions of a sweep.
std::string tasks_folder(const std::string& out);

/// `runs`: the run ids of the sweep; empty where they are not known. BadInput if there are no results at all.
SweepStatus sweep_status(const std::string& out, const std::vector<std::string>& runs);

}  // namespace sparsio
