// run_case: a case goes in, a record comes out. Nothing a case does ends the sweep: what goes wrong is in the record.
#pragma once

#include "config/case.hpp"
#include "driver/shared/execute.hpp"
#include "mpi/communicator.hpp"
#include "record/results.hpp"
#include "run/case_cache.hpp"
#include "run/case_facts.hpp"

namespace sparsio {

struct CaseResult {
  Record record;
  std::vector<Sample> samples;  // of this call
  std::vector<uint64_t> alive;  // where it was asked for: inputs with a nonzero value after each layer
  std::vector<float> outputs;   // where they are kept, on rank 0: inputs x outputs, row-major
  std::vector<std::string> memory_warnings;
  bool is_finished = true;  // false: timed for a round, and more rounds are to come; the record is not to be kept
};

enum class Lines { not_asked, predicted };

/// What is to be answered; a sweep asks for everything.
struct CaseQuestions {
  Words words = Words::where_possible;  // possible: the network can be held whole
  Lines lines = Lines::predicted;
  Executes executes = Executes::yes;  // no: of an engine only the layout is looked at
  Alive alive = Alive::not_counted;
  Outputs outputs = Outputs::not_kept;
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
CaseResult run_case(const Case& one, const std::string& run, const Origin& origin, CaseCache& cache,
                    Communicator& ranks, const EarlierRounds& earlier = {}, const CaseQuestions& questions = {});

}  // namespace sparsio
