// stay_search: simulated annealing over stays (stay_plan), the exact cost after every move.
// Two targets change places, or only enter, or only leave, in each other's stead: the number of residents stays as it
// is. A source is counted again only if one of its reads was due to the old stay or none of its reads hits the new one.
// Where sources have many targets a whole read is seldom saved by one move; for most of the search the last read of a
// source then counts half, and more the more stays it alone hits. Acceptance as in Kirkpatrick, Gelatt, Vecchi 1983,
// geometric cooling. Same seed, same plan.
#pragma once

#include "order/stay_plan.hpp"

namespace sparsio {

struct StaySearch {
  uint64_t proposals = 0;
  double hot = 0.4;  // temperatures at the start and at the end, in words
  double cold = 0.1;
  double eased = 0;      // the part of the search in which the last read of a source counts less
  uint64_t reach = 100;  // departures between two targets of which one enters or leaves for the other, at most
  uint64_t seed = 1;
};

/// Lowers the words that `plan` moves.
void search_stays(const Network& network, StayPlan& plan, const StaySearch& search);

}  // namespace sparsio
