#include "statistics/nonnegative_fit.hpp"

#include <Eigen/Dense>
#include <cstdint>
#include <limits>
#include <optional>

namespace sparsio {
namespace {

constexpr double least_pivot = 1e-9;  // of columns whose squares sum to 1: below that they are one and the same

/// The coefficients for some columns alone; none if the columns depend on each other.
std::optional<Eigen::VectorXd> solve(const Eigen::MatrixXd& x) {
  const Eigen::LDLT<Eigen::MatrixXd> factors(x.transpose() * x);
  if (factors.info() != Eigen::Success || factors.vectorD().minCoeff() < least_pivot) return std::nullopt;
  return factors.solve(x.transpose() * Eigen::VectorXd::Ones(x.rows()));
}

}  // namespace

std::vector<double> nonnegative_fit(const std::vector<std::vector<double>>& rows, const std::vector<double>& y) {
  if (rows.empty()) return {};
  const size_t columns = rows.front().size();
  Eigen::MatrixXd x(rows.size(), columns);  // relative to y, each column scaled to length 1
  for (size_t i = 0; i < rows.size(); ++i)
    for (size_t j = 0; j < columns; ++j)
      x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = rows[i][j] / y[i];
  const Eigen::VectorXd length = x.colwise().norm();
  for (Eigen::Index j = 0; j < x.cols(); ++j)
    if (length(j) > 0) x.col(j) /= length(j);
  std::vector<double> best(columns, 0);
  double least = std::numeric_limits<double>::infinity();
  for (uint32_t chosen = 1; chosen < uint32_t{1} << columns; ++chosen) {
    std::vector<Eigen::Index> used;
    for (size_t j = 0; j < columns; ++j)
      if ((chosen >> j & 1U) != 0) used.push_back(static_cast<Eigen::Index>(j));
    const Eigen::MatrixXd part = x(Eigen::all, used);
    const auto cost = solve(part);
    if (!cost || cost->minCoeff() < 0) continue;
    const double error = ((part * *cost).array() - 1).matrix().squaredNorm();
    if (error >= least) continue;
    least = error;
    best.assign(columns, 0);
    for (size_t p = 0; p < used.size(); ++p)
      best[static_cast<size_t>(used[p])] = (*cost)(static_cast<Eigen::Index>(p)) / length(used[p]);
  }
  return best;
}

}  // namespace sparsio
