// two_samples: do two samples of times differ, by how much, and how surely?
// Three answers that assume no distribution. Does one tend to be larger: the Mann-Whitney test, exact over all ways to
// deal the pooled values into two hands (ties included, by their middle ranks) where that can be counted, with the
// usual normal limit of the rank sum (not of the data) beyond. How often: Vargha and Delaney's A, the chance that a
// value of the second is larger than one of the first. By how much: the ratio of the medians between bounds made of
// the two rank intervals; each has confidence sqrt(c), and as the samples are independent both hold with c.
// (Mann and Whitney 1947; Vargha and Delaney 2000; Holm 1979.)
#pragma once

#include <vector>

#include "statistics/median_interval.hpp"

namespace sparsio {

/// P(second > first) + P(equal) / 2 over all pairs; 0.5: neither tends to be larger. NaN if one is empty.
double chance_of_larger(const std::vector<double>& first, const std::vector<double>& second);

/// Two-sided p of the Mann-Whitney test; 1 if one is empty.
double rank_sum_test(const std::vector<double>& first, const std::vector<double>& second);

/// The smallest p that samples of these sizes can reach without ties, that of two which do not overlap.
double least_p(uint64_t first, uint64_t second);

struct RatioInterval {
  double ratio = 0;  // median of second / median of first
  double low = 0;    // NaN where one of the samples is too small
  double high = 0;
};

/// The values are positive.
RatioInterval median_ratio(const std::vector<double>& first, const std::vector<double>& second, double confidence);

/// Holm's adjusted p of each of several tests: rejecting those at or below a level keeps the chance of even one false
/// rejection at or below that level, however the tests depend on each other.
std::vector<double> holm_adjusted(const std::vector<double>& p);

}  // namespace sparsio
