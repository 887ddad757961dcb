#include "bound/shared/lower_words/class_path.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "bound/shared/lower_words/norm_above.hpp"

namespace sparsio {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double out_of_reach = 1e15;

/// (I + weight L)^(-1/2), L the Laplacian of cycles in sequence: it is circulant in each of them.
Eigen::MatrixXd smoothing(uint32_t classes, uint32_t cycle, double weight) {
  Eigen::MatrixXd made = Eigen::MatrixXd::Identity(classes, classes);
  if (weight == 0 || cycle < 3) return made;
  std::vector<double> entry(cycle, 0);
  for (uint32_t distance = 0; distance < cycle; ++distance)
    for (uint32_t wave = 0; wave < cycle; ++wave) {
      const double angle = 2 * std::numbers::pi * wave / cycle;
      entry[distance] += std::cos(angle * distance) / std::sqrt(1 + 2 * weight * (1 - std::cos(angle))) / cycle;
    }
  for (uint32_t i = 0; i < classes; ++i)
    for (uint32_t k = 0; k < cycle; ++k) made(i, i / cycle * cycle + (i + k) % cycle) = entry[k];
  return made;
}

}  // namespace

std::vector<ClassPath::State> ClassPath::states_of(const ClassLayer& layer, uint32_t fewest) const {
  std::vector<State> states;
  for (uint32_t a = fewest; a <= layer.classes; ++a) {
    const bool can_be_whole = a % layer.cycle == 0;
    if (effort_.runs == 0 || layer.cycle == 1) {
      states.push_back({a, 0, a + (can_be_whole ? 0 : 1), layer.cycle > 1});
      continue;
    }
    if (can_be_whole) states.push_back({a, 0, a, false});
    for (uint32_t c = 1; c <= effort_.runs && a > 0 && a + c <= layer.classes; ++c)
      states.push_back({a, c, a + c, c == effort_.runs});
  }
  return states;
}

void ClassPath::limit_by_singular_values(const ClassLayer& layer, std::vector<double>& most) const {
  const uint32_t n = before_->classes;
  const Eigen::Map<const Eigen::MatrixXd> shared(shared_.data(), n, width_);
  const double mean = static_cast<double>(before_->target_size) / width_;
  const Eigen::MatrixXd uneven = shared.array() - mean;
  const uint32_t runs = effort_.runs;
  std::vector<double> left(states_.size());
  std::vector<double> right((runs + size_t{1}) * (width_ + size_t{1}));
  for (const double mu : effort_.smooth) {
    if (mu > 0 && before_->cycle == 1) break;
    const Eigen::MatrixXd half = smoothing(n, before_->cycle, mu) * uneven;
    for (size_t i = 0; i < states_.size(); ++i) {
      const double t = states_[i].touched;
      left[i] = mu > 0 && states_[i].is_open ? out_of_reach
                                             : std::sqrt(std::max(0.0, t * (1 - t / n)) + 2 * mu * states_[i].runs);
    }
    for (const double nu : effort_.smooth) {
      if (nu > 0 && layer.cycle == 1) break;
      const double norm = norm_above(half * smoothing(width_, layer.cycle, nu)) * (1 + 1e-9);
      for (uint32_t c = 0; c <= runs; ++c)
        for (uint32_t r = 0; r <= width_; ++r)
          right[c * (width_ + size_t{1}) + r] =
              nu > 0 && c == runs
                  ? out_of_reach
                  : norm * std::sqrt(std::max(0.0, r * (1 - static_cast<double>(r) / width_)) + 2 * nu * c);
      for (size_t i = 0; i < states_.size(); ++i) {
        double* const row = &most[at(i, 0, 0)];
        for (size_t k = 0; k < right.size(); ++k) row[k] = std::min(row[k], left[i] * right[k]);
      }
    }
  }
  for (size_t i = 0; i < states_.size(); ++i)
    for (uint32_t c = 0; c <= runs; ++c)
      for (uint32_t r = 0; r <= width_; ++r) {
        double& one = most[at(i, r, c)];
        one = std::floor(one + mean * states_[i].touched * r + 1e-6);
      }
}

const std::optional<ClassSets>& ClassPath::sets(const ClassLayer& layer, uint32_t size, uint32_t inside) {
  const auto key = std::tuple(layer.classes, layer.cycle, size, inside);
  const auto found = sets_.find(key);
  if (found != sets_.end()) return found->second;
  return sets_.emplace(key, class_sets(layer.classes, layer.cycle, size, inside, effort_.sets)).first->second;
}

/// For each set the target classes that hold most of it; a part that touches t of them owns no more.
void ClassPath::limit_by_sets(const ClassLayer& layer, uint32_t fewest, std::vector<double>& most) {
  if (effort_.sets == 0) return;
  const uint32_t n = before_->classes;
  std::vector<uint32_t> held(n);
  std::vector<uint32_t> with(before_->target_size + size_t{1});
  for (uint32_t r = fewest; r <= std::min(width_, fewest + effort_.larger); ++r) {
    const auto& all = sets(layer, r, fewest);
    if (!all) continue;
    std::vector<std::vector<double>> best(effort_.runs + size_t{1}, std::vector<double>(n + size_t{1}, -infinite));
    for (size_t k = 0; k < all->count(); ++k) {
      std::fill(held.begin(), held.end(), 0U);
      for (uint32_t i = 0; i < r; ++i) {
        const double* const column = &shared_[size_t{all->classes[k * r + i]} * n];
        for (uint32_t t = 0; t < n; ++t) held[t] += static_cast<uint32_t>(column[t]);
      }
      std::fill(with.begin(), with.end(), 0U);
      for (const uint32_t h : held) ++with[h];
      std::vector<double>& table = best[std::min(all->runs[k], effort_.runs)];
      double sum = 0;
      uint32_t t = 0;
      table[0] = std::max(table[0], 0.0);
      for (size_t h = with.size(); h-- > 0;)
        for (uint32_t i = 0; i < with[h]; ++i) {
          sum += static_cast<double>(h);
          ++t;
          table[t] = std::max(table[t], sum);
        }
    }
    for (uint32_t c = 0; c <= effort_.runs; ++c) {
      for (uint32_t t = 0; c > 0 && t <= n; ++t) best[c][t] = std::max(best[c][t], best[c - 1][t]);
      for (size_t i = 0; i < states_.size(); ++i) {
        double& one = most[at(i, r, c)];
        one = std::min(one, best[c][states_[i].touched]);
      }
    }
  }
}

void ClassPath::add(ClassLayer layer, const RowRange& own, const RowRange& rows) {
  const auto fewest = static_cast<uint32_t>((rows.least + layer.target_size - 1) / layer.target_size);
  std::vector<State> next = states_of(layer, fewest);
  std::vector<double> least(next.size(), infinite);
  width_ = layer.classes;
  if (!before_) {
    inputs_ = layer.source_class.size();
    for (size_t k = 0; k < next.size(); ++k) least[k] = static_cast<double>(layer.source_size) * next[k].reads;
  } else {
    shared_.assign(size_t{before_->classes} * width_, 0);
    for (size_t v = 0; v < layer.source_class.size(); ++v)
      ++shared_[size_t{layer.source_class[v]} * before_->classes + before_->target_class[v]];
    std::vector<double> most(at(states_.size(), 0, 0), infinite);
    if (!effort_.smooth.empty()) limit_by_singular_values(layer, most);
    limit_by_sets(layer, fewest, most);
    const double cap = static_cast<double>(own.most);
    for (size_t i = 0; i < states_.size(); ++i) {
      if (least_[i] == infinite) continue;
      for (uint32_t c = 0; c <= effort_.runs; ++c) {
        double* const words = &most[at(i, 0, c)];  // and then the least of r classes or more
        for (uint32_t r = 0; r <= width_; ++r)
          words[r] = std::max(0.0, static_cast<double>(layer.source_size) * r - std::min(words[r], cap));
        if (c == effort_.runs && layer.cycle > 1)
          for (uint32_t r = width_; r-- > 0;) words[r] = std::min(words[r], words[r + 1]);
      }
      for (size_t k = 0; k < next.size(); ++k)
        least[k] = std::min(least[k], least_[i] + most[at(i, next[k].reads, next[k].runs)]);
    }
  }
  before_ = std::move(layer);
  states_ = std::move(next);
  least_ = std::move(least);
}

uint64_t ClassPath::words() const {
  if (least_.empty()) return 0;
  const double of_all = parts_ * *std::min_element(least_.begin(), least_.end()) - static_cast<double>(inputs_);
  return of_all > 0 && of_all < infinite ? static_cast<uint64_t>(of_all) : 0;
}

}  // namespace sparsio
