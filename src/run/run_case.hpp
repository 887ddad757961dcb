// run_case: a case goes in, a record comes out. Nothing a case does ends the sweep: what goes wrong is in the record.
#pragma once

#include "config/case.hpp"
#include "mpi/communicator.hpp"
#include "record/results.hpp"
#include "run/case_cache.hpp"

namespace sparsio {

struct CaseResult {
  Record record;
  std::vector<Sample> samples;  // of this call
  bool is_finished = true;      // false: timed for a round, and more rounds are to come; the record is not to be kept
};

/// What earlier rounds of the case left; nothing for a case that is timed in one go.
struct EarlierRounds {
  uint64_t rounds = 0;
  std::vector<Sample> samples;
};

/// What every row of a sweep says about where it was made.
struct Origin {
  std::string config;
  std::string host;
  std::string revision;
};

/// A record with the case's keys and identity, and nothing known yet.
Record blank_record(const Case& one, const std::string& run, const Origin& origin);

/// Collective over `ranks`, those of the case or more (then the case is Unsupported); the result counts on rank 0. The
/// record is made of the samples of all rounds.
CaseResult run_case(const Case& one, const std::string& run, const Origin& origin, Workbench& workbench,
                    Communicator& ranks, const EarlierRounds& earlier = {});

}  // namespace sparsio
