// When timing ends. It asserts, on made-up times:
//   - without a precision it ends after exactly the least number of runs;
//   - with one it ends only when the interval is that narrow, or a budget is spent, and never before the least number;
//   - runs too few for an interval never count as precise;
//   - narrower precision never ends earlier.
#include "driver/shared/repetition.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "statistics/median_interval.hpp"

namespace sparsio {
namespace {

/// Times around 1 s with that spread, until enough.
std::vector<double> timed(const Repetition& wanted, double spread, uint64_t item) {
  RandomStream random(9, item);
  std::vector<double> seconds;
  while (!is_enough(seconds, wanted)) seconds.push_back(1 + spread * (random.uniform() - 0.5));
  return seconds;
}

TEST(Repetition, WithoutPrecisionIsTheNumberAskedFor) {
  for (const uint64_t least : {1U, 3U, 17U}) EXPECT_EQ(timed({least, 0.95, 0, 0, 1}, 0.5, least).size(), least);
}

TEST(Repetition, EndsWhenPreciseOrOutOfBudget) {
  for (uint64_t item = 0; item < 100; ++item) {
    const Repetition wanted{4, 0.95, 0.05, 60, 40};
    const std::vector<double> seconds = timed(wanted, 0.02 + 0.01 * static_cast<double>(item), item);
    const double width = relative_half_width(median_interval(seconds, wanted.confidence));
    double spent = 0;
    for (const double one : seconds) spent += one;
    EXPECT_TRUE(width <= wanted.precision || seconds.size() >= 40 || spent >= 60) << item;
    EXPECT_GE(seconds.size(), least_count(0.95)) << item;
    std::vector<double> before = seconds;
    before.pop_back();
    EXPECT_FALSE(is_enough(before, wanted)) << item;
  }
  EXPECT_EQ(timed({1, 0.95, 0.5, 60, 1000}, 0, 1).size(), least_count(0.95));  // identical times: as few as will do
  EXPECT_EQ(timed({1, 0.95, 1e-9, 2.5, 1000}, 0.1, 1).size(), 3U);             // the budget of seconds
  EXPECT_EQ(timed({1, 0.95, 1e-9, 1e9, 25}, 0.1, 1).size(), 25U);              // the budget of runs
  EXPECT_EQ(timed({30, 0.95, 1e-9, 1e9, 25}, 0.1, 1).size(), 30U);             // never fewer than the least
}

TEST(Repetition, NarrowerNeverEndsEarlier) {
  for (uint64_t item = 0; item < 50; ++item) {
    size_t before = 0;
    for (const double precision : {0.2, 0.1, 0.05, 0.02, 0.01}) {
      const size_t count = timed({3, 0.95, precision, 1e9, 500}, 0.3, item).size();
      EXPECT_GE(count, before);
      before = count;
    }
  }
}

}  // namespace
}  // namespace sparsio
