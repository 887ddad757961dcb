#include "bound/lower_instance/even_weights.hpp"

#include <algorithm>
#include <cmath>

#include "base/random.hpp"

namespace sparsio {
namespace {

constexpr uint32_t most_directions = 40;
constexpr double most_work = 1e9;  // multiply-adds of all rounds, unless the fewest take more
constexpr double fewest_rounds = 10;
constexpr double most_rounds = 40;
constexpr double first_step = 0.3;  // of a direction's part that is taken away
constexpr double shrink = 0.95;     // of the step, a round
constexpr double least_weight = 0.05;

/// Some vectors over the same neurons, those of a neuron side by side.
class Block {
 public:
  Block(uint32_t neurons, uint32_t vectors)
      : neurons_(neurons), vectors_(vectors), values_(size_t{neurons} * vectors, 0.0) {}
  double* operator[](uint32_t neuron) { return values_.data() + size_t{neuron} * vectors_; }
  const double* operator[](uint32_t neuron) const { return values_.data() + size_t{neuron} * vectors_; }
  uint32_t vectors() const { return vectors_; }
  void clear() { std::fill(values_.begin(), values_.end(), 0.0); }

  /// Takes its mean from each vector.
  void centre() {
    std::vector<double> mean(vectors_, 0.0);
    for (uint32_t v = 0; v < neurons_; ++v)
      for (uint32_t k = 0; k < vectors_; ++k) mean[k] += (*this)[v][k];
    for (double& m : mean) m /= neurons_;
    for (uint32_t v = 0; v < neurons_; ++v)
      for (uint32_t k = 0; k < vectors_; ++k) (*this)[v][k] -= mean[k];
  }

  /// Gram and Schmidt; a vector that depends on those before it becomes zero.
  void orthonormalise() {
    std::vector<double> product(vectors_);
    for (uint32_t k = 0; k < vectors_; ++k) {
      for (int twice = 0; twice < 2; ++twice) {
        std::fill(product.begin(), product.end(), 0.0);
        for (uint32_t v = 0; v < neurons_; ++v)
          for (uint32_t j = 0; j < k; ++j) product[j] += (*this)[v][j] * (*this)[v][k];
        for (uint32_t v = 0; v < neurons_; ++v)
          for (uint32_t j = 0; j < k; ++j) (*this)[v][k] -= product[j] * (*this)[v][j];
      }
      double square = 0;
      for (uint32_t v = 0; v < neurons_; ++v) square += (*this)[v][k] * (*this)[v][k];
      const double scale = square > 1e-20 ? 1 / std::sqrt(square) : 0.0;
      for (uint32_t v = 0; v < neurons_; ++v) (*this)[v][k] *= scale;
    }
  }

  /// The length of the longest vector.
  double longest() const {
    std::vector<double> square(vectors_, 0.0);
    for (uint32_t v = 0; v < neurons_; ++v)
      for (uint32_t k = 0; k < vectors_; ++k) square[k] += (*this)[v][k] * (*this)[v][k];
    return std::sqrt(*std::max_element(square.begin(), square.end()));
  }

 private:
  uint32_t neurons_;
  uint32_t vectors_;
  std::vector<double> values_;
};

/// The connections with their weights, as a matrix less its row and column means.
class Weighted {
 public:
  Weighted(uint32_t sources, uint32_t targets, std::span<const Step> connections)
      : sources_(sources), targets_(targets), connections_(connections), weights_(connections.size(), 1.0) {}

  const std::vector<double>& weights() const { return weights_; }

  /// All sources the same sum, and all targets, as nearly as so many rounds bring them.
  void balance(int rounds) {
    const auto all = static_cast<double>(connections_.size());
    for (int round = 0; round < rounds; ++round) {
      scale(sources_, all, [](const Step& step) { return step.source; });
      scale(targets_, all, [](const Step& step) { return step.target; });
    }
  }

  void times(const Block& x, Block& y) const {
    y.clear();
    for (size_t k = 0; k < connections_.size(); ++k)
      add(weights_[k], x[connections_[k].target], y[connections_[k].source], x.vectors());
    y.centre();
  }
  void transposed_times(const Block& y, Block& x) const {
    x.clear();
    for (size_t k = 0; k < connections_.size(); ++k)
      add(weights_[k], y[connections_[k].source], x[connections_[k].target], y.vectors());
    x.centre();
  }

  /// Takes `step` of y x^T, at the connections.
  void take(double step, const Block& y, const Block& x) {
    for (size_t k = 0; k < connections_.size(); ++k) {
      const double* a = y[connections_[k].source];
      const double* b = x[connections_[k].target];
      double part = 0;
      for (uint32_t j = 0; j < x.vectors(); ++j) part += a[j] * b[j];
      weights_[k] = std::max(least_weight, weights_[k] - step * part);
    }
  }

 private:
  static void add(double weight, const double* from, double* to, uint32_t vectors) {
    for (uint32_t j = 0; j < vectors; ++j) to[j] += weight * from[j];
  }

  template <class End>
  void scale(uint32_t neurons, double all, const End& end) {
    std::vector<double> sum(neurons, 0.0);
    for (size_t k = 0; k < connections_.size(); ++k) sum[end(connections_[k])] += weights_[k];
    for (double& s : sum) s = all / (neurons * s);
    for (size_t k = 0; k < connections_.size(); ++k) weights_[k] *= sum[end(connections_[k])];
  }

  uint32_t sources_;
  uint32_t targets_;
  std::span<const Step> connections_;
  std::vector<double> weights_;
};

uint32_t directions(uint32_t sources, uint32_t targets) {
  return std::clamp(std::min(sources, targets) / 4, 1U, most_directions);
}

/// Multiply-adds.
double work_a_round(uint32_t sources, uint32_t targets, uint64_t connections) {
  return 6.0 * directions(sources, targets) * static_cast<double>(connections);
}

double rounds_for(double work_a_round) {
  return std::floor(std::clamp(most_work / std::max(1.0, work_a_round), fewest_rounds, most_rounds));
}

}  // namespace

double even_weights_work(uint32_t sources, uint32_t targets, uint64_t connections) {
  const double work = work_a_round(sources, targets, connections);
  return 2 * work * rounds_for(work);
}

std::vector<double> even_weights(uint32_t sources, uint32_t targets, std::span<const Step> connections) {
  Weighted matrix(sources, targets, connections);
  matrix.balance(30);
  const uint32_t vectors = directions(sources, targets);
  Block x(targets, vectors);
  Block y(sources, vectors);
  RandomStream random(1, targets);
  for (uint32_t v = 0; v < targets; ++v)
    for (uint32_t k = 0; k < vectors; ++k) x[v][k] = random.uniform(-1, 1);
  x.centre();
  const auto rounds = static_cast<int>(rounds_for(work_a_round(sources, targets, connections.size())));
  std::vector<double> best = matrix.weights();
  double least = INFINITY;
  double step = first_step;
  for (int round = 0; round < rounds; ++round) {
    for (int power = round == 0 ? 8 : 2; power > 0; --power) {
      x.orthonormalise();
      matrix.times(x, y);
      matrix.transposed_times(y, x);
    }
    x.orthonormalise();
    matrix.times(x, y);
    const double norm = y.longest();
    if (norm < least) {
      least = norm;
      best = matrix.weights();
    }
    matrix.take(step, y, x);
    matrix.balance(3);
    step *= shrink;
  }
  return best;
}

}  // namespace sparsio
