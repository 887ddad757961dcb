#include "train/loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace sparsio {
namespace {

/// The softmax of the sums, and the logarithm of what their powers are divided by.
double softmax_of(std::span<const double> sums, std::vector<double>& shares) {
  const double most = *std::max_element(sums.begin(), sums.end());
  double all = 0;
  shares.resize(sums.size());
  for (size_t i = 0; i < sums.size(); ++i) all += shares[i] = std::exp(sums[i] - most);
  for (double& share : shares) share /= all;
  return most + std::log(all);
}

}  // namespace

Loss parse_loss(std::string_view text, const std::string& place) {
  if (text == "cross_entropy") return Loss::cross_entropy;
  if (text == "mse") return Loss::mse;
  throw BadInput(place, fmt::format("no loss '{}'", text), "give cross_entropy or mse");
}

void check_loss(Loss loss, const Activation& last, const std::string& place) {
  const bool gives_logits = last.kind == ActivationKind::softmax || last.kind == ActivationKind::identity;
  if (loss == Loss::cross_entropy && !gives_logits)
    throw BadInput(place, fmt::format("cross_entropy takes logits, but the last layer ends in {}", rule_of(last).name),
                   "give a network whose last layer ends in identity or softmax, or loss=mse");
}

void check_goals(const Goals& goals, uint64_t samples, const std::string& place) {
  if (goals.count() != samples)
    throw BadInput(place, fmt::format("goals of {} samples, but there are {}", goals.count(), samples),
                   "give one for each input");
  for (size_t i = 0; i < goals.classes.size(); ++i)
    if (goals.classes[i] >= goals.width)
      throw BadInput(
          place,
          fmt::format("sample {} is of class {}, but the network has {} outputs", i, goals.classes[i], goals.width),
          "give classes from 0 to the outputs - 1");
}

double loss_of(Loss loss, const Activation& last, std::span<const double> kept, std::span<const double> goal,
               std::span<double> slope) {
  thread_local std::vector<double> y;
  const bool is_softmax = last.kind == ActivationKind::softmax;
  double value = 0;
  if (loss == Loss::cross_entropy) {
    const double log_all = softmax_of(kept, y);
    double goals = 0;
    for (const double one : goal) goals += one;
    for (size_t i = 0; i < kept.size(); ++i) {
      value -= goal[i] * (kept[i] - log_all);
      slope[i] = y[i] * goals - goal[i];
    }
    return value;
  }
  if (is_softmax)
    softmax_of(kept, y);
  else
    y.assign(kept.begin(), kept.end());
  double along = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    slope[i] = y[i] - goal[i];
    value += slope[i] * slope[i] / 2;
    along += slope[i] * y[i];
  }
  if (is_softmax)
    for (size_t i = 0; i < y.size(); ++i) slope[i] = y[i] * (slope[i] - along);
  return value;
}

}  // namespace sparsio
