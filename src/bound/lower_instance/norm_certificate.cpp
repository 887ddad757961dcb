#include "bound/lower_instance/norm_certificate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.hpp"

namespace sparsio {
namespace {

/// A symmetric matrix, the lower triangle by rows: row i has i + 1 entries at i * (i + 1) / 2.
class Symmetric {
 public:
  explicit Symmetric(size_t n) : n_(n), entries_(n * (n + 1) / 2, 0.0) {}
  double* row(size_t i) { return entries_.data() + i * (i + 1) / 2; }
  const double* row(size_t i) const { return entries_.data() + i * (i + 1) / 2; }
  size_t size() const { return n_; }

 private:
  size_t n_;
  std::vector<double> entries_;
};

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
  Symmetric result(matrix.rows);
  for (const auto& entries : matrix.column)
    for (size_t i = 0; i < entries.size(); ++i) {
      double* row = result.row(entries[i].row);
      for (size_t j = 0; j <= i; ++j) row[entries[j].row] += entries[i].weight * entries[j].weight;
    }
  return result;
}

/// B B^T of B = A - c J from A A^T.
Symmetric shifted(const Symmetric& gram, const Incidence& matrix, double c) {
  Symmetric result = gram;
  const double square = c * c * static_cast<double>(matrix.columns);
  for (size_t i = 0; i < gram.size(); ++i)
    for (size_t j = 0; j <= i; ++j) result.row(i)[j] += square - c * (matrix.row_sum[i] + matrix.row_sum[j]);
  return result;
}

/// E E^T of E, the matrix less its row and column means, from B B^T.
Symmetric centred(const Symmetric& gram, const Incidence& matrix) {
  const size_t n = gram.size();
  Symmetric result = gram;
  std::vector<double> mean(n, 0.0);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      double& entry = result.row(i)[j];
      entry -= matrix.row_sum[i] * matrix.row_sum[j] / static_cast<double>(matrix.columns);
      mean[i] += entry;
      if (j < i) mean[j] += entry;
    }
  double all = 0;
  for (double& m : mean) all += m /= static_cast<double>(n);
  all /= static_cast<double>(n);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j) result.row(i)[j] += all - mean[i] - mean[j];
  return result;
}

/// The largest eigenvalue from below.
double power_iteration(const Symmetric& matrix) {
  const size_t n = matrix.size();
  std::vector<double> x(n);
  RandomStream random(1, n);
  for (double& value : x) value = random.uniform(-1, 1);
  std::vector<double> y(n);
  for (int round = 0; round < 80; ++round) {
    double norm = 0;
    for (const double value : x) norm += value * value;
    norm = std::sqrt(norm);
    if (norm == 0) return 0;
    for (double& value : x) value /= norm;
    std::fill(y.begin(), y.end(), 0.0);
    for (size_t i = 0; i < n; ++i) {
      const double* row = matrix.row(i);
      double sum = 0;
      for (size_t j = 0; j < i; ++j) {
        sum += row[j] * x[j];
        y[j] += row[j] * x[i];
      }
      y[i] += sum + row[i] * x[i];
    }
    x.swap(y);
  }
  double last = 0;
  for (const double value : x) last += value * value;
  return std::sqrt(last);
}

/// Does the Cholesky factorisation of square I - matrix, less the slack, run to its end?
bool is_above(const Symmetric& matrix, double square) {
  const size_t n = matrix.size();
  Symmetric rest = matrix;
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) rest.row(i)[j] = -rest.row(i)[j];
    rest.row(i)[i] += square * (1 - 1e-6);
  }
  std::vector<double> column(n);
  for (size_t k = 0; k < n; ++k) {
    if (!(rest.row(k)[k] > 0)) return false;
    const double pivot = 1 / std::sqrt(rest.row(k)[k]);
    for (size_t i = k + 1; i < n; ++i) column[i] = rest.row(i)[k] * pivot;
    for (size_t i = k + 1; i < n; ++i) {
      double* row = rest.row(i);
      const double factor = column[i];
      if (factor == 0) continue;
      for (size_t j = k + 1; j <= i; ++j) row[j] -= factor * column[j];
    }
  }
  return true;
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
