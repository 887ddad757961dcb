// residency_search: simulated annealing over who is in fast memory when (residence), the exact cost after every move.
// Targets enter earlier or later, exchange departures, or exchange whole stays; how long values linger follows. What
// does not fit in fast memory is allowed at a price that grows while the temperature falls, so that the search may pass
// through what cannot be. Same seed, same plan.
#pragma once

#include "order/stays/residency.hpp"

namespace sparsio {

struct ResidencySearch {
  uint64_t proposals = 0;
  double hot = 0.35;  // temperatures at the start and at the end, in words
  double cold = 0.06;
  double roomy = 0.7;  // the price of a value too many, in that of a lingering one, at the start and at the end
  double cramped = 7;
  uint64_t reach = 100;  // departures between two targets that exchange theirs, at most
  uint64_t seed = 1;
};

/// Lowers the words that `plan` moves.
void search_residency(ResidencyPlan& plan, const ResidencySearch& search);

}  // namespace sparsio
