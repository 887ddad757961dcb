// interval_search: simulated annealing over stays (intervals), the exact cost of every change that is made.
// Two targets change places, or only enter, or only leave, in each other's stead: the number of residents stays as it
// is. Where sources have many targets a whole read is seldom saved by one move; so a read that is there for the sake of
// one or two stays alone counts less, and half of the moves stretch such a stay to where another read hits it. The
// trick: what a change costs at least is seen from the reads alone, without a count; few changes survive that look, and
// of these a source is counted again only if one of its reads was due to the old stay or none need hit the new one.
// Same seed, same plan.
#pragma once

#include "order/stays/intervals.hpp"

namespace sparsio {

struct IntervalSearch {
  uint64_t proposals = 0;
  double hot = 0.13;  // temperatures at the start and at the end, in words
  double cold = 0.06;
  uint64_t reach = 30;  // departures between two targets of which one enters or leaves for the other, at most
  uint64_t seed = 1;
};

/// Lowers the words that `plan` moves (values read again, and written to be read again); how many it then moves.
uint64_t search_intervals(const Network& network, IntervalPlan& plan, const IntervalSearch& search);

}  // namespace sparsio
