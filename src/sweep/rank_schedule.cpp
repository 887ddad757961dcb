#include "sweep/rank_schedule.hpp"

#include <algorithm>

namespace sparsio {

Shifts shifts_of(const std::vector<const Case*>& cases, int ranks, const std::function<double(const Case&)>& seconds) {
  Shifts shifts;
  std::vector<double> cost(cases.size(), 0);
  for (size_t place = 0; place < cases.size(); ++place) {
    const Case& one = *cases[place];
    if (ranks > 1 && one.integer("ranks") > 1 && one.integer("ranks") <= ranks) {
      shifts.together.push_back(place);
    } else if (ranks > 1 && one.text("engine") == "none") {
      cost[place] = seconds(one);
      shifts.shared.push_back(place);
    } else {
      shifts.timed.push_back(place);
    }
  }
  std::stable_sort(shifts.shared.begin(), shifts.shared.end(), [&](size_t a, size_t b) { return cost[a] > cost[b]; });
  return shifts;
}

}  // namespace sparsio
