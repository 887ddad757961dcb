// rounds: repetitions of several cases mixed in time, so that what drifts on the machine (heat, neighbours, clock
// rates) meets all of them alike instead of one.
// A case with `rounds = k` does not take its repetitions in one go. The cases of the same network and inputs are one
// block; in each round every case of the block sets its engine up anew and takes its share of the repetitions, in an
// order that is random and different in each round (a randomised complete block design). A case's place in a round
// depends on the seed, the round and its run id alone, so that a sweep that was killed goes on in the same order.
// With a precision more rounds follow, for those cases that have not reached it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/case.hpp"
#include "driver/shared/repetition.hpp"

namespace sparsio {

/// A case and its run id.
using CaseToRun = std::pair<const Case*, std::string>;

/// Is the case timed in several rounds?
bool is_in_rounds(const Case& one);

/// The cases in the order they are run: those of a block together, at the place of its first; a case that is not timed
/// in rounds is a block of its own.
std::vector<std::vector<CaseToRun>> blocks_of(const std::vector<CaseToRun>& cases);

/// Timed runs of a case in its round number `round`.
uint64_t share_of_round(const Case& one, uint64_t round);

/// A block's cases as round number `round` takes them.
std::vector<CaseToRun> shuffled(std::vector<CaseToRun> block, uint64_t round);

}  // namespace sparsio
