#include "statistics/nonnegative_fit.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace sparsio {
namespace {

using Matrix = std::vector<std::vector<double>>;

constexpr double least_pivot = 1e-9;  // of columns whose squares sum to 1: below that they are one and the same

/// Gauss-Jordan with a pivot from the diagonal, which suits a matrix of inner products. None if it is singular.
std::optional<std::vector<double>> solve(Matrix a, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t k = 0; k < n; ++k) {
    if (a[k][k] < least_pivot) return std::nullopt;
    for (size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i][k] / a[k][k];
      for (size_t j = k; j < n; ++j) a[i][j] -= factor * a[k][j];
      b[i] -= factor * b[k];
    }
  }
  for (size_t k = 0; k < n; ++k) b[k] /= a[k][k];
  return b;
}

}  // namespace

std::vector<double> nonnegative_fit(const std::vector<std::vector<double>>& rows, const std::vector<double>& y) {
  if (rows.empty()) return {};
  const size_t columns = rows.front().size();
  Matrix x = rows;  // relative to y, each column scaled to length 1
  std::vector<double> length(columns, 0);
  for (size_t j = 0; j < columns; ++j) {
    for (size_t i = 0; i < rows.size(); ++i) length[j] += std::pow(rows[i][j] / y[i], 2);
    length[j] = std::sqrt(length[j]);
    for (size_t i = 0; i < rows.size(); ++i) x[i][j] = length[j] > 0 ? rows[i][j] / y[i] / length[j] : 0;
  }
  std::vector<double> best(columns, 0);
  double least = std::numeric_limits<double>::infinity();
  for (uint32_t chosen = 1; chosen < uint32_t{1} << columns; ++chosen) {
    std::vector<size_t> used;
    for (size_t j = 0; j < columns; ++j)
      if ((chosen >> j & 1U) != 0) used.push_back(j);
    Matrix products(used.size(), std::vector<double>(used.size(), 0));
    std::vector<double> sums(used.size(), 0);
    for (size_t p = 0; p < used.size(); ++p)
      for (size_t i = 0; i < rows.size(); ++i) {
        sums[p] += x[i][used[p]];
        for (size_t q = 0; q < used.size(); ++q) products[p][q] += x[i][used[p]] * x[i][used[q]];
      }
    const auto cost = solve(products, sums);
    if (!cost) continue;
    bool is_allowed = true;
    for (const double one : *cost) is_allowed = is_allowed && one >= 0;
    if (!is_allowed) continue;
    double error = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      double predicted = 0;
      for (size_t p = 0; p < used.size(); ++p) predicted += (*cost)[p] * x[i][used[p]];
      error += std::pow(predicted - 1, 2);
    }
    if (error >= least) continue;
    least = error;
    best.assign(columns, 0);
    for (size_t p = 0; p < used.size(); ++p) best[used[p]] = (*cost)[p] / length[used[p]];
  }
  return best;
}

}  // namespace sparsio
