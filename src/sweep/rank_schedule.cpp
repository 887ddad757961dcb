#include "sweep/rank_schedule.hpp"

#include <algorithm>

namespace sparsio {

RankSchedule rank_schedule(const std::vector<const Case*>& cases, int ranks,
                           const std::function<double(const Case&)>& seconds) {
  RankSchedule schedule;
  std::vector<double> cost(cases.size(), 0);
  for (size_t place = 0; place < cases.size(); ++place) {
    const Case& one = *cases[place];
    if (ranks > 1 && one.integer("ranks") > 1 && one.integer("ranks") <= ranks) {
      schedule.together.push_back(place);
    } else if (ranks > 1 && one.text("engine") == "none") {
      cost[place] = seconds(one);
      schedule.shared.push_back(place);
    } else {
      schedule.timed.push_back(place);
    }
  }
  std::stable_sort(schedule.shared.begin(), schedule.shared.end(),
                   [&](size_t a, size_t b) { return cost[a] > cost[b]; });
  return schedule;
}

}  // namespace sparsio
