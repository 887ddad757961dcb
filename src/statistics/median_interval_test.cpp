// The interval against its definition. It asserts:
//   - the textbook ranks: none below 6 for 95 %, 1 and 6 of 6, 2 and 9 of 10, 40 and 61 of 100;
//   - for every n to 11 and several confidences, over all samples of n values from {1, 3} or {1, 2, 3} (by count, not
//   by
//     chance): the interval encloses the median exactly or at least as often as it says; the next narrower one falls
//     short;
//   - the coverage is the binomial sum, to rounding, for large n as well;
//   - the interval holds the sample's median, does not depend on the order of values, and widens with the confidence.
#include "statistics/median_interval.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.hpp"

namespace sparsio {
namespace {

std::vector<double> one_to(uint64_t n) {
  std::vector<double> values(n);
  std::iota(values.begin(), values.end(), 1.0);
  return values;
}

/// P(rank <= Bin(n, 1/2) <= n - rank) with Pascal's triangle.
double binomial_coverage(uint64_t n, uint64_t rank) {
  std::vector<double> row = {1};
  for (uint64_t k = 0; k < n; ++k) {
    row.push_back(0);
    for (size_t i = row.size() - 1; i > 0; --i) row[i] = (row[i] + row[i - 1]) / 2;
    row[0] /= 2;
  }
  double sum = 0;
  for (uint64_t k = rank; k + rank <= n; ++k) sum += row[k];
  return sum;
}

/// Of all samples of n of these values, whose median is 2: the part whose rank-th smallest and largest enclose it.
double part_that_encloses(uint64_t n, uint64_t rank, const std::vector<double>& of) {
  const auto samples = static_cast<uint64_t>(std::llround(std::pow(of.size(), n)));
  uint64_t enclosed = 0;
  for (uint64_t code = 0; code < samples; ++code) {
    std::vector<double> values;
    for (uint64_t rest = code, k = 0; k < n; ++k, rest /= of.size()) values.push_back(of[rest % of.size()]);
    std::sort(values.begin(), values.end());
    enclosed += values[rank - 1] <= 2 && values[n - rank] >= 2 ? 1 : 0;
  }
  return static_cast<double>(enclosed) / static_cast<double>(samples);
}

TEST(MedianInterval, HasTheTextbookRanks) {
  for (const uint64_t n : {0U, 1U, 2U, 5U}) EXPECT_TRUE(std::isnan(median_interval(one_to(n), 0.95).low)) << n;
  struct Known {
    uint64_t n;
    double low;
    double high;
  };
  for (const auto& [n, low, high] : {Known{6, 1, 6}, {8, 1, 8}, {9, 2, 8}, {10, 2, 9}, {20, 6, 15}, {100, 40, 61}}) {
    const MedianInterval interval = median_interval(one_to(n), 0.95);
    EXPECT_EQ(interval.low, low) << n;
    EXPECT_EQ(interval.high, high) << n;
  }
  EXPECT_EQ(least_count(0.95), 6U);
  EXPECT_EQ(least_count(0.99), 8U);
  EXPECT_EQ(least_count(0.9375), 5U);
  EXPECT_EQ(interval_words(median_interval(one_to(3), 0.95), 0.95), "none: 3 values cover 0.75 at most; 0.95 needs 6");
  EXPECT_EQ(interval_words(median_interval(one_to(10), 0.95), 0.95), "values 2 and 9 of 10, coverage 0.979");
}

TEST(MedianInterval, EnclosesTheMedianAtLeastAsOftenAsItSays) {
  for (uint64_t n = 2; n <= 11; ++n)
    for (const double confidence : {0.5, 0.8, 0.9, 0.95, 0.99}) {
      const MedianInterval ranks = median_interval(one_to(n), confidence);
      if (ranks.rank == 0) {
        EXPECT_LT(binomial_coverage(n, 1), confidence) << n;
        continue;
      }
      EXPECT_NEAR(ranks.coverage, binomial_coverage(n, ranks.rank), 1e-12);
      EXPECT_GE(ranks.coverage, confidence - 1e-12);
      if (2 * (ranks.rank + 1) <= n) {
        EXPECT_LT(binomial_coverage(n, ranks.rank + 1), confidence);
      }
      EXPECT_NEAR(part_that_encloses(n, ranks.rank, {1, 3}), ranks.coverage, 1e-12) << n;  // half lie below 2
      EXPECT_GE(part_that_encloses(n, ranks.rank, {1, 2, 3}), ranks.coverage - 1e-12) << n;
    }
}

TEST(MedianInterval, CoverageIsTheBinomialSumForLargeCounts) {
  for (const uint64_t n : {101U, 1000U, 3001U}) {
    const MedianInterval interval = median_interval(one_to(n), 0.95);
    EXPECT_NEAR(interval.coverage, binomial_coverage(n, interval.rank), 1e-9) << n;
  }
  const MedianInterval large = median_interval(one_to(100'000), 0.95);
  EXPECT_NEAR(50'000 - large.low, 1.96 * std::sqrt(100'000) / 2, 2);  // the normal limit
}

TEST(MedianInterval, HoldsTheMedianInAnyOrderAndWidensWithTheConfidence) {
  for (uint64_t item = 0; item < 200; ++item) {
    RandomStream random(5, item);
    std::vector<double> values(2 + random.below(40));
    for (double& value : values) value = 1 + std::floor(10 * random.uniform());
    const MedianInterval narrow = median_interval(values, 0.9);
    std::reverse(values.begin(), values.end());
    const MedianInterval wide = median_interval(values, 0.99);
    EXPECT_EQ(narrow.median, wide.median);
    EXPECT_TRUE(narrow.rank > 0 || wide.rank == 0);
    if (narrow.rank == 0 || wide.rank == 0) continue;
    EXPECT_LE(wide.low, narrow.low);
    EXPECT_LE(narrow.low, narrow.median);
    EXPECT_LE(narrow.median, narrow.high);
    EXPECT_LE(narrow.high, wide.high);
    EXPECT_GE(relative_half_width(wide), relative_half_width(narrow));
  }
  EXPECT_TRUE(std::isnan(relative_half_width(median_interval({1, 2, 3}, 0.95))));
}

}  // namespace
}  // namespace sparsio
