// Two samples against dumb oracles. It asserts:
//   - the p of tiny samples, ties and all, is the part of all deals of the pooled values at least as uneven, found by
//     dealing them all; of larger ones it is near that of 200000 random deals;
//   - it does not change when the samples are swapped or all values are squared (ranks only);
//   - equal distributions give p at or below 0.05 in at most 5 % of all cases, by going through all;
//   - the chance of larger is the count of pairs; a sample and its double are a ratio of 2;
//   - the ratio's interval encloses the true ratio at least as often as it says;
//   - Holm's adjusted values are those of the definition.
#include "statistics/two_samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"

namespace sparsio {
namespace {

/// How uneven the hands are: |pairs won by the second - pairs lost|.
double unevenness(const std::vector<double>& first, const std::vector<double>& second) {
  double balance = 0;
  for (const double a : first)
    for (const double b : second) balance += b > a ? 1 : b < a ? -1 : 0;
  return std::abs(balance);
}

double p_by_dealing_all(const std::vector<double>& first, const std::vector<double>& second) {
  std::vector<double> pool = first;
  pool.insert(pool.end(), second.begin(), second.end());
  const double seen = unevenness(first, second);
  double deals = 0;
  double as_uneven = 0;
  for (uint64_t hand = 0; hand < uint64_t{1} << pool.size(); ++hand) {
    std::vector<double> hands[2];
    for (size_t k = 0; k < pool.size(); ++k) hands[hand >> k & 1].push_back(pool[k]);
    if (hands[0].size() != first.size()) continue;
    ++deals;
    as_uneven += unevenness(hands[0], hands[1]) >= seen ? 1 : 0;
  }
  return as_uneven / deals;
}

std::vector<double> drawn(RandomStream& random, uint64_t count, uint64_t distinct) {
  std::vector<double> values(count);
  for (double& value : values) value = 1 + static_cast<double>(random.below(distinct));
  return values;
}

TEST(TwoSamples, TheTestIsThePartOfAllDealsAtLeastAsUneven) {
  for (uint64_t item = 0; item < 300; ++item) {
    RandomStream random(6, item);
    const auto first = drawn(random, 1 + random.below(6), 2 + random.below(20));
    const auto second = drawn(random, 1 + random.below(6), 2 + random.below(20));
    EXPECT_NEAR(rank_sum_test(first, second), p_by_dealing_all(first, second), 1e-9) << item;
    EXPECT_NEAR(rank_sum_test(second, first), rank_sum_test(first, second), 1e-12);
    auto squared = [](std::vector<double> values) {
      for (double& value : values) value *= value;
      return values;
    };
    EXPECT_EQ(rank_sum_test(squared(first), squared(second)), rank_sum_test(first, second));
  }
  EXPECT_NEAR(rank_sum_test({1, 2, 3}, {4, 5, 6}), 0.1, 1e-12);  // three each can never show 95 %
  EXPECT_NEAR(rank_sum_test({1, 2, 3, 4}, {5, 6, 7, 8}), 2.0 / 70, 1e-12);
  EXPECT_NEAR(least_p(4, 4), 2.0 / 70, 1e-12);
  EXPECT_NEAR(rank_sum_test({1, 2}, {3, 4, 5, 6, 7}), least_p(2, 5), 1e-12);
  EXPECT_EQ(rank_sum_test({1, 1, 1}, {1, 1}), 1);
  EXPECT_EQ(rank_sum_test({}, {1}), 1);
}

TEST(TwoSamples, LargeSamplesAreNearTheDealsToo) {
  for (const uint64_t distinct : {10U, 1000000U}) {  // with many ties and hardly any
    RandomStream random(7, distinct);
    std::vector<double> first = drawn(random, 150, distinct);
    std::vector<double> second = drawn(random, 120, distinct);
    for (double& value : second) value *= 1.1;
    std::vector<double> pool = first;
    pool.insert(pool.end(), second.begin(), second.end());
    const double seen = unevenness(first, second);
    constexpr int deals = 2000;
    int as_uneven = 0;
    for (int deal = 0; deal < deals; ++deal) {
      for (size_t k = pool.size() - 1; k > 0; --k) std::swap(pool[k], pool[random.below(k + 1)]);
      const std::vector<double> a(pool.begin(), pool.begin() + 150);
      as_uneven += unevenness(a, {pool.begin() + 150, pool.end()}) >= seen ? 1 : 0;
    }
    const double p = rank_sum_test(first, second);
    EXPECT_NEAR(p, static_cast<double>(as_uneven) / deals, 5 * std::sqrt((p + 0.001) / deals));
  }
}

TEST(TwoSamples, EqualDistributionsAreRarelyCalledDifferent) {
  // All deals of nine values into four and five: the exact level of the test, without chance.
  int deals = 0;
  int rejected = 0;
  for (uint64_t hand = 0; hand < 512; ++hand) {
    std::vector<double> hands[2];
    for (uint64_t k = 0; k < 9; ++k) hands[hand >> k & 1].push_back(static_cast<double>(k));
    if (hands[0].size() != 4) continue;
    ++deals;
    rejected += rank_sum_test(hands[0], hands[1]) <= 0.05 ? 1 : 0;
  }
  EXPECT_EQ(deals, 126);
  EXPECT_LE(rejected, 0.05 * deals);
  EXPECT_GT(rejected, 0);
}

TEST(TwoSamples, EffectIsTheCountOfPairs) {
  EXPECT_EQ(chance_of_larger({1, 2}, {3, 4}), 1);
  EXPECT_EQ(chance_of_larger({3, 4}, {1, 2}), 0);
  EXPECT_EQ(chance_of_larger({1, 3}, {2, 3}), 0.625);
  EXPECT_TRUE(std::isnan(chance_of_larger({}, {1})));
}

TEST(TwoSamples, TheRatioEnclosesTheTruthAtLeastAsOftenAsItSays) {
  constexpr int trials = 4000;
  int enclosed = 0;
  for (int item = 0; item < trials; ++item) {
    RandomStream random(8, static_cast<uint64_t>(item));
    // Skewed and of different shape: medians 1 + ln 2 and three times that.
    std::vector<double> first(9);
    std::vector<double> second(12);
    for (double& value : first) value = 1 - std::log(1 - random.uniform());
    for (double& value : second) value = 3 * (1 + std::log(2)) * (0.5 + random.uniform());
    const RatioInterval ratio = median_ratio(first, second, 0.95);
    EXPECT_LE(ratio.low, ratio.ratio);
    EXPECT_GE(ratio.high, ratio.ratio);
    enclosed += ratio.low <= 3 && 3 <= ratio.high ? 1 : 0;
  }
  EXPECT_GE(enclosed, 0.945 * trials);
  EXPECT_TRUE(std::isnan(median_ratio({1, 2, 3}, {2, 4, 6}, 0.95).low));
  EXPECT_EQ(median_ratio({1, 2, 3}, {2, 4, 6}, 0.95).ratio, 2);
}

TEST(TwoSamples, HolmStepsDown) {
  const std::vector<double> adjusted = holm_adjusted({0.01, 0.04, 0.03, 0.005});
  const std::vector<double> expected = {0.03, 0.06, 0.06, 0.02};
  for (size_t k = 0; k < 4; ++k) EXPECT_NEAR(adjusted[k], expected[k], 1e-12);
  EXPECT_TRUE(holm_adjusted({}).empty());
  EXPECT_EQ(holm_adjusted({0.7, 0.9}), (std::vector<double>{1, 1}));
}

}  // namespace
}  // namespace sparsio
