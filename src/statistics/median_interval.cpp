#include "statistics/median_interval.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace sparsio {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double rounding = 1e-12;  // of sums of probabilities that are exact on paper

/// P(Bin(n, 1/2) = n / 2), n > 0; the product neither under- nor overflows for any n.
double central_probability(uint64_t n) {
  const uint64_t half = n / 2;
  double probability = 1;
  for (uint64_t i = 1; i <= half; ++i) probability *= 1 - 0.5 / static_cast<double>(i);
  if (n % 2 == 1) probability *= static_cast<double>(n) / (2.0 * static_cast<double>(half + 1));
  return probability;
}

struct Rank {
  uint64_t rank;  // 0: even the extremes cover too little
  double coverage;
};

/// The innermost rank whose coverage reaches the confidence, adding binomial terms from the middle outwards.
Rank innermost_rank(uint64_t n, double confidence) {
  uint64_t rank = n / 2;
  if (rank == 0) return {0, 0};
  double term = central_probability(n);
  double coverage = n % 2 == 0 ? term : 2 * term;
  while (coverage < confidence - rounding) {
    if (rank == 1) return {0, coverage};
    term *= static_cast<double>(rank) / static_cast<double>(n - rank + 1);
    coverage += 2 * term;
    --rank;
  }
  return {rank, coverage};
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return unknown;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

MedianInterval median_interval(std::vector<double> values, double confidence) {
  std::sort(values.begin(), values.end());
  const Rank found = innermost_rank(values.size(), confidence);
  MedianInterval interval{median(values), unknown, unknown, found.coverage, found.rank, values.size()};
  if (found.rank > 0) {
    interval.low = values[found.rank - 1];
    interval.high = values[values.size() - found.rank];
  }
  return interval;
}

double relative_half_width(const MedianInterval& interval) {
  return std::max(interval.high - interval.median, interval.median - interval.low) / interval.median;
}

uint64_t least_count(double confidence) {
  uint64_t count = 2;
  for (double outside = 0.5; 1 - outside < confidence - rounding; outside /= 2) ++count;
  return count;
}

std::string interval_words(const MedianInterval& interval, double confidence) {
  if (interval.rank > 0)
    return fmt::format("values {} and {} of {}, coverage {:.3g}", interval.rank, interval.count + 1 - interval.rank,
                       interval.count, interval.coverage);
  return fmt::format("none: {} value{} cover{} {:.3g} at most; {} needs {}", interval.count,
                     interval.count == 1 ? "" : "s", interval.count == 1 ? "s" : "", interval.coverage, confidence,
                     least_count(confidence));
}

}  // namespace sparsio
