// median_interval: the median of a sample, and between which two of its values the population's median lies.
// Of n values drawn alike and independently, whatever their distribution, the number below the population's median is
// binomial (n, 1/2). So the l-th smallest and the l-th largest enclose it with probability
//     coverage(l) = P(l <= Bin(n, 1/2) <= n - l),
// and l is taken as large as the confidence allows. Nothing is assumed to be normal, and ties only raise the coverage.
// The price is that few values enclose little: even the least and the largest of n have it between them with
// 1 - 2^(1-n) only, so that 95 % need six. With fewer there is no interval, and it says so.
// (Le Boudec, Performance Evaluation of Computer and Communication Systems, 2010; Hoefler and Belli, SC'15, rule 5.)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sparsio {

/// The median; the mean of the middle two for an even number. NaN for none.
double median(std::vector<double> values);

struct MedianInterval {
  double median = 0;
  double low = 0;       // NaN where there are too few values
  double high = 0;      // NaN where there are too few values
  double coverage = 0;  // of the interval, at least the confidence; without one, the most that so few values can have
  uint64_t rank = 0;    // low is the rank-th smallest, high the rank-th largest; 0 without an interval
  uint64_t count = 0;
};

/// Confidence in (0, 1). The values are finite.
MedianInterval median_interval(std::vector<double> values, double confidence);

/// The larger of the two distances between the median and an end of the interval, as a part of the median; NaN without
/// an interval.
double relative_half_width(const MedianInterval& interval);

/// The least number of values that have an interval of that confidence: 6 for 0.95.
uint64_t least_count(double confidence);

/// "values 2 and 9 of 10, coverage 0.979", or "none: 3 values cover 0.75 at most; 0.95 needs 6".
std::string interval_words(const MedianInterval& interval, double confidence);

}  // namespace sparsio
