#include "statistics/two_samples.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sparsio {
namespace {

constexpr double most_steps = 2e7;  // of the exact count; some 0.05 s

/// Twice the middle rank of each value in the pool of both, those of the first sample first: whole numbers.
std::vector<uint64_t> doubled_ranks(const std::vector<double>& first, const std::vector<double>& second) {
  std::vector<double> pool = first;
  pool.insert(pool.end(), second.begin(), second.end());
  std::vector<size_t> order(pool.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return pool[a] < pool[b]; });
  std::vector<uint64_t> ranks(pool.size());
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() && pool[order[end]] == pool[order[begin]]) ++end;
    for (size_t k = begin; k < end; ++k) ranks[order[k]] = begin + end + 1;  // first rank + last rank, from 1
    begin = end;
  }
  return ranks;
}

/// Part of all hands of `size` ranks whose sum is at least `distance` away from its mean.
double part_of_hands(const std::vector<uint64_t>& ranks, uint64_t size, uint64_t distance) {
  const uint64_t all = std::accumulate(ranks.begin(), ranks.end(), uint64_t{0});
  std::vector<uint64_t> sorted = ranks;
  std::sort(sorted.rbegin(), sorted.rend());
  const uint64_t most = std::accumulate(sorted.begin(), sorted.begin() + static_cast<int64_t>(size), uint64_t{0});
  // ways[k][s]: hands of k of the ranks so far with sum s.
  std::vector<std::vector<double>> ways(size + 1, std::vector<double>(most + 1, 0));
  ways[0][0] = 1;
  for (const uint64_t rank : ranks)
    for (uint64_t k = size; k > 0; --k)
      for (uint64_t sum = most; sum >= rank; --sum) ways[k][sum] += ways[k - 1][sum - rank];
  double far = 0;
  double total = 0;
  for (uint64_t sum = 0; sum <= most; ++sum) {
    total += ways[size][sum];
    // |sum - size * all / n| in whole numbers: both sides times n.
    const uint64_t scaled = sum * ranks.size();
    const uint64_t mean = size * all;
    if ((scaled > mean ? scaled - mean : mean - scaled) >= distance) far += ways[size][sum];
  }
  return far / total;
}

/// The rank sum's own limit, with its variance under ties and half a step taken off.
double normal_limit(const std::vector<uint64_t>& ranks, uint64_t size, uint64_t distance) {
  const auto n = static_cast<double>(ranks.size());
  const auto part = static_cast<double>(size);
  const double mean = static_cast<double>(std::accumulate(ranks.begin(), ranks.end(), uint64_t{0})) / n;
  double spread = 0;
  for (const uint64_t rank : ranks) spread += (static_cast<double>(rank) - mean) * (static_cast<double>(rank) - mean);
  const double variance = part * (n - part) / (n * (n - 1)) * spread;
  if (variance == 0) return 1;
  const double away = std::max(static_cast<double>(distance) / n - 1, 0.0);
  return std::erfc(away / std::sqrt(2 * variance));
}

}  // namespace

double chance_of_larger(const std::vector<double>& first, const std::vector<double>& second) {
  double wins = 0;
  for (const double a : first)
    for (const double b : second) wins += b > a ? 1 : b == a ? 0.5 : 0;
  return wins / (static_cast<double>(first.size()) * static_cast<double>(second.size()));
}

double rank_sum_test(const std::vector<double>& first, const std::vector<double>& second) {
  if (first.empty() || second.empty()) return 1;
  const bool first_is_smaller = first.size() <= second.size();
  const std::vector<uint64_t> ranks = first_is_smaller ? doubled_ranks(first, second) : doubled_ranks(second, first);
  const uint64_t size = std::min(first.size(), second.size());
  const uint64_t hand = std::accumulate(ranks.begin(), ranks.begin() + static_cast<int64_t>(size), uint64_t{0});
  const uint64_t all = std::accumulate(ranks.begin(), ranks.end(), uint64_t{0});
  const uint64_t scaled = hand * ranks.size();
  const uint64_t mean = size * all;
  const uint64_t distance = scaled > mean ? scaled - mean : mean - scaled;
  const double steps = 2 * std::pow(static_cast<double>(size) * static_cast<double>(ranks.size()), 2);
  return steps <= most_steps ? part_of_hands(ranks, size, distance) : normal_limit(ranks, size, distance);
}

double least_p(uint64_t first, uint64_t second) {
  if (first == 0 || second == 0) return 1;
  double hands = 1;  // first + second over first
  for (uint64_t k = 1; k <= first; ++k) hands *= static_cast<double>(second + k) / static_cast<double>(k);
  return std::min(1.0, 2 / hands);
}

RatioInterval median_ratio(const std::vector<double>& first, const std::vector<double>& second, double confidence) {
  const double each = std::sqrt(confidence);
  const MedianInterval below = median_interval(first, each);
  const MedianInterval above = median_interval(second, each);
  return {above.median / below.median, above.low / below.high, above.high / below.low};
}

std::vector<double> holm_adjusted(const std::vector<double>& p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double largest = 0;
  for (size_t k = 0; k < order.size(); ++k) {
    largest = std::max(largest, std::min(1.0, p[order[k]] * static_cast<double>(p.size() - k)));
    adjusted[order[k]] = largest;
  }
  return adjusted;
}

}  // namespace sparsio
