#include "bound/lower_instance/norm_certificate.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.hpp"

namespace sparsio {
namespace {

/// A symmetric matrix, of which the lower triangle is kept up to date.
using Symmetric = Eigen::MatrixXd;

/// The connections seen from the smaller side: for each neuron of the larger side those it touches, and the row sums.
struct Incidence {
  size_t rows;
  size_t columns;
  struct Entry {
    uint32_t row;
    double weight;
  };
  std::vector<std::vector<Entry>> column;
  std::vector<double> row_sum;
  std::vector<double> column_sum;
};

/// `weights` may be empty: all 1.
Incidence incidence(uint32_t sources, uint32_t targets, std::span<const Step> connections,
                    std::span<const double> weights) {
  const bool by_source = sources <= targets;
  Incidence result{by_source ? sources : targets, by_source ? targets : sources, {}, {}, {}};
  result.column.resize(result.columns);
  result.row_sum.assign(result.rows, 0.0);
  result.column_sum.assign(result.columns, 0.0);
  for (size_t k = 0; k < connections.size(); ++k) {
    const auto [u, v] = connections[k];
    const uint32_t row = by_source ? u : v;
    const uint32_t column = by_source ? v : u;
    const double weight = weights.empty() ? 1.0 : weights[k];
    result.column[column].push_back({row, weight});
    result.row_sum[row] += weight;
    result.column_sum[column] += weight;
  }
  for (auto& entries : result.column)
    std::sort(entries.begin(), entries.end(),
              [](const Incidence::Entry& a, const Incidence::Entry& b) { return a.row < b.row; });
  return result;
}

Symmetric gram(const Incidence& matrix) {
  const auto n = static_cast<Eigen::Index>(matrix.rows);
  Symmetric result = Symmetric::Zero(n, n);
  for (const auto& entries : matrix.column)
    for (size_t i = 0; i < entries.size(); ++i)
      for (size_t j = 0; j <= i; ++j) result(entries[i].row, entries[j].row) += entries[i].weight * entries[j].weight;
  return result;
}

/// B B^T of B = A - c J from A A^T.
Symmetric shifted(const Symmetric& gram, const Incidence& matrix, double c) {
  const Eigen::Map<const Eigen::VectorXd> sums(matrix.row_sum.data(), gram.rows());
  Symmetric result = gram;
  result.array() += c * c * static_cast<double>(matrix.columns);
  result.colwise() -= c * sums;
  result.rowwise() -= c * sums.transpose();
  return result;
}

/// E E^T of E, the matrix less its row and column means, from B B^T.
Symmetric centred(const Symmetric& gram, const Incidence& matrix) {
  const Eigen::Map<const Eigen::VectorXd> sums(matrix.row_sum.data(), gram.rows());
  Symmetric result = gram.selfadjointView<Eigen::Lower>();
  result -= sums * sums.transpose() / static_cast<double>(matrix.columns);
  const Eigen::VectorXd mean = result.rowwise().mean();
  result.array() += mean.mean();
  result.colwise() -= mean;
  result.rowwise() -= mean.transpose();
  return result;
}

/// The largest eigenvalue from below.
double power_iteration(const Symmetric& matrix) {
  const Eigen::Index n = matrix.rows();
  Eigen::VectorXd x(n);
  RandomStream random(1, static_cast<uint64_t>(n));
  for (double& value : x) value = random.uniform(-1, 1);
  for (int round = 0; round < 80; ++round) {
    const double norm = x.norm();
    if (norm == 0) return 0;
    x = matrix.selfadjointView<Eigen::Lower>() * (x / norm).eval();
  }
  return x.norm();
}

/// Does the Cholesky factorisation of square I - matrix, less the slack, run to its end?
bool is_above(const Symmetric& matrix, double square) {
  Symmetric rest = -matrix;
  rest.diagonal().array() += square * (1 - 1e-6);
  return Eigen::LLT<Eigen::Ref<Symmetric>>(rest).info() == Eigen::Success;
}

/// The least of a few numbers near the norm of E that E E^T = `square` certifies; 0 if none.
double certified_norm(const Symmetric& square) {
  const double estimate = power_iteration(square);
  for (const double factor : {1.003, 1.01, 1.03, 1.1, 1.3}) {
    const double candidate = std::max(estimate, 1e-3) * factor;
    if (is_above(square, candidate)) return std::sqrt(candidate) * (1 + 1e-9);
  }
  return 0;
}

}  // namespace

double certificate_work(uint32_t sources, uint32_t targets, std::span<const Step> connections) {
  const double n = std::min(sources, targets);
  const double columns = std::max(sources, targets);
  const double degree = static_cast<double>(connections.size()) / columns;
  return 2 * (n * n * n + 200 * n * n) + columns * degree * degree;
}

std::vector<NormCertificate> certificates(uint32_t sources, uint32_t targets, std::span<const Step> connections) {
  const Incidence matrix = incidence(sources, targets, connections, {});
  const Symmetric product = gram(matrix);
  const double places = static_cast<double>(sources) * targets;
  const double density = static_cast<double>(connections.size()) / places;
  // Subtracting a little less than the density is free: the norm of the noise hides it until the difference has half
  // that norm (Baik, Ben Arous, Peche 2005), and a smaller constant is a smaller bound.
  const double half_noise = std::sqrt(density * (1 - density)) * std::pow(places, 0.25);
  std::vector<NormCertificate> result;
  for (const double part : {1.0, 1.5}) {
    const double c = std::max(0.0, density - part * half_noise / std::sqrt(places));
    const double norm = certified_norm(shifted(product, matrix, c));
    if (norm > 0) result.push_back({c, norm});
    if (c == 0) break;
  }
  return result;
}

std::vector<NormCertificate> centred_certificates(uint32_t sources, uint32_t targets, std::span<const Step> connections,
                                                  std::span<const double> weights) {
  const Incidence matrix = incidence(sources, targets, connections, weights);
  const double norm = certified_norm(centred(gram(matrix), matrix));
  if (norm == 0) return {};
  const double heaviest_row = *std::max_element(matrix.row_sum.begin(), matrix.row_sum.end());
  const double heaviest_column = *std::max_element(matrix.column_sum.begin(), matrix.column_sum.end());
  const double all = std::accumulate(matrix.row_sum.begin(), matrix.row_sum.end(), 0.0);
  const auto rows = static_cast<double>(matrix.rows);
  const auto columns = static_cast<double>(matrix.columns);
  const double constant = heaviest_row / columns + heaviest_column / rows - all / (rows * columns);
  return {{constant * (1 + 1e-9), norm, static_cast<double>(sources), static_cast<double>(targets)}};
}

}  // namespace sparsio
