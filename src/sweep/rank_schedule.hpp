// rank_schedule: which rank runs which cases of a sweep, and when.
// Three groups. `together`: cases of several ranks, one after the other, each on the first ranks it asks for while the
// others wait. `timed`: cases that execute an engine, one at a time on a node, drawn by the nodes' first ranks while
// the others wait, so that nothing disturbs a clock or a cache. `shared`: cases of the model alone, drawn by every
// rank, longest first, so that the last ones to end are short. Alone, all cases are one group in the sweep's order.
#pragma once

#include <functional>
#include <vector>

#include "config/case.hpp"

namespace sparsio {

struct RankSchedule {
  std::vector<size_t> together;  // places in the list of cases
  std::vector<size_t> timed;
  std::vector<size_t> shared;
};

/// Of `cases`, for so many ranks. `seconds` guesses how long a case takes.
RankSchedule rank_schedule(const std::vector<const Case*>& cases, int ranks,
                           const std::function<double(const Case&)>& seconds);

}  // namespace sparsio
