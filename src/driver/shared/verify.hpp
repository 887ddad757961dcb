// verify: is the answer right? Every timed run is checked; a wrong one is `incorrect` where its rate would be.
#pragma once

#include <string>

#include "exec/engine.hpp"

namespace sparsio {

struct Verdict {
  std::string status;  // "ok" or "incorrect"
  std::string words;   // "16 inputs against reference, error 3e-08, 0 tied"
  double max_relative_error = 0;
  uint64_t tied = 0;  // inputs that differ because a sum is zero to rounding: excepted and counted
};

/// The values of `count` inputs against those of `reference` (double precision). An input is right if every output is
/// within 1e-5 of the reference, relative to the input's largest output.
Verdict verdict_on(const Outcome& got, const Outcome& reference, uint64_t count);

/// The same for the first `count` inputs, or all, that both engines run.
Verdict verify_values(Engine& engine, Engine& reference, const Inputs& inputs, uint64_t count);

/// Both 1-based and ascending. "" if they are the same set, else what is wrong.
std::string compare_categories(const std::vector<uint64_t>& found, const std::vector<uint32_t>& published);

}  // namespace sparsio
