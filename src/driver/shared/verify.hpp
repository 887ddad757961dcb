// verify: is the answer right? Every timed run is checked; a wrong one is `incorrect` where its rate would be.
//
// Timed runs leave categories only. So the whole batch is run once more, untimed, for its values: the categories of
// every timed run are those that these values say, and the values of the verified inputs, which are spread over the
// batch, are within the error that float can make (exec/reference/rounded) of those that `reference` computes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exec/engine.hpp"

namespace sparsio {

struct Verdict {
  std::string status;             // "ok" or "incorrect"
  std::string words;              // "16 inputs against reference, error 3e-08, 0.02 of what rounding may make"
  double max_relative_error = 0;  // of a value, relative to its input's largest
  double share_of_bound = 0;      // the largest error as a share of what rounding can make of that value
  uint64_t tied = 0;              // verified inputs that are zero to rounding, so that either category is right
  uint64_t uncompared = 0;  // verified inputs for which `reference` is no oracle: a float may overflow, or rounding
                            // may make as much as there is
};

/// `most` of `count` numbers, or all, ascending: the first, the last, and one of each equal share between them, nowhere
/// at the same column of a panel for long.
std::vector<uint64_t> spread_over(uint64_t count, uint64_t most);

/// The answers to inputs that were verified, beside those of `reference` with bounds. An input is right if every output
/// is within its bound. Unsupported if not one of the inputs can be compared.
Verdict verdict_on(const std::vector<double>& got, const Outcome& reference, uint64_t count);

/// The same for the first `count` inputs, or all, that both engines run.
Verdict verify_values(Engine& engine, Engine& reference, const Inputs& inputs, uint64_t count);

/// What categories say that the values of `reference` exclude, "" where nothing. `categories` are of the whole batch,
/// input i of the reference is number `numbers[i]` of it, from 0.
std::string categories_against(const std::vector<uint64_t>& categories, const Outcome& reference,
                               const std::vector<uint64_t>& numbers);

/// Both 1-based and ascending. "" if they are the same set, else what is wrong; the second are `so_named`.
std::string compare_categories(const std::vector<uint64_t>& found, const std::vector<uint64_t>& wanted,
                               const std::string& so_named);

}  // namespace sparsio
