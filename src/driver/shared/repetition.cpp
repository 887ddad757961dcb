#include "driver/shared/repetition.hpp"

#include <algorithm>
#include <numeric>

#include "statistics/median_interval.hpp"

namespace sparsio {

Repetition repetition_of(const Case& one) {
  return {static_cast<uint64_t>(one.integer("repetitions")), one.real("confidence"), one.real("precision"),
          one.real("budget_seconds"), static_cast<uint64_t>(one.integer("budget_repetitions"))};
}

bool is_enough(const std::vector<double>& seconds, const Repetition& wanted) {
  const uint64_t count = seconds.size();
  if (count < wanted.least) return false;
  if (wanted.precision == 0 || count >= wanted.budget_repetitions) return true;
  if (std::accumulate(seconds.begin(), seconds.end(), 0.0) >= wanted.budget_seconds) return true;
  if (count % std::max<uint64_t>(count / 10, 1) != 0) return false;
  return relative_half_width(median_interval(seconds, wanted.confidence)) <= wanted.precision;  // NaN: no
}

}  // namespace sparsio
