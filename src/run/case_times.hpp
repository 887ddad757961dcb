// case_times: the seconds of a case, of this run of it and of earlier rounds, and what the record says of them.
#pragma once

#include <string>
#include <vector>

#include "driver/shared/execute.hpp"
#include "record/results.hpp"
#include "run/run_case.hpp"

namespace sparsio {

/// Of all rounds, ranks together.
struct CaseTimes {
  std::vector<double> seconds;
  std::vector<double> baseline_seconds;
};

/// This execution's repetitions are appended to `samples`.
CaseTimes keep_samples(const std::string& run, const EarlierRounds& earlier, const Execution& execution,
                       std::vector<Sample>& samples);

/// Times, rates and verdict; a wrong answer has no rate.
void write_times(const Case& one, const Execution& execution, const CaseTimes& times, uint64_t input_count,
                 Record& record);

}  // namespace sparsio
