#include "exec/reference/rounded.hpp"

#include "base/random.hpp"
#include "exec/walk/clips.hpp"
#include "exec/walk/curves.hpp"

namespace sparsio {
namespace {

/// An error of a neuron is `probable` below so many times the root of the mean square of its samples.
constexpr double deviations = 4;

struct Range {
  double low;
  double high;
};

/// Where the one minimum of a curve that has one is. (Roots of the derivative, by bisection.)
double minimum_of(ActivationKind kind) {
  if (kind == ActivationKind::gelu) return -0.7517915246935645;
  if (kind == ActivationKind::gelu_tanh) return -0.7524614220710162;
  if (kind == ActivationKind::silu) return -1.2784645427610738;
  return std::numeric_limits<double>::quiet_NaN();
}

/// Where the value is if the sum is within `of_sum` of z, and with the bias within `of_all` of z + bias.
Range range_of(const Activation& activation, double z, double bias, double of_sum, double of_all) {
  const double low = z + bias - of_all;
  const double high = z + bias + of_all;
  if (activation.kind == ActivationKind::challenge) {
    if (z == 0 && of_sum == 0) return {0, 0};
    return {std::abs(z) <= of_sum ? 0 : std::clamp(low, 0.0, 32.0), std::clamp(high, 0.0, 32.0)};
  }
  const double at_low = activate(activation, low, 0);
  const double at_high = activate(activation, high, 0);
  Range range{std::min(at_low, at_high), std::max(at_low, at_high)};
  if (const double least = minimum_of(activation.kind); low < least && least < high)
    range.low = activate(activation, least, 0);
  return range;
}

/// An error of probable size that has the sign of the lowest bit of `signs`.
float signed_by(uint64_t signs, double error) {
  return static_cast<float>((signs & 1) != 0 ? error : -error);
}

}  // namespace

bool RoundedValues::Sum::is_exact(double size, int lowest) {
  constexpr int smallest_normal = -126;
  if (size == 0) return true;
  return lowest >= smallest_normal && size <= std::ldexp(1.0, lowest + 24);
}

double RoundedValues::Sum::rounding(double size) const {
  constexpr double unit = 0x1p-24;
  constexpr double smallest_normal = std::numeric_limits<float>::min();
  const double roundings = static_cast<double>(terms_ + 3) * unit;
  // From 2^23 terms on the analysis promises less and less, and from 2^24 on nothing.
  if (roundings >= 1) return std::numeric_limits<double>::infinity();
  return roundings / (1 - roundings) * size + static_cast<double>(terms_ + 1) * smallest_normal;
}

void RoundedValues::Sum::finish(const Activation& activation, double bias, RoundedValues& to, size_t at) const {
  constexpr double largest = std::numeric_limits<float>::max();
  const double size = size_ + std::abs(bias);
  const bool is_sum_exact = carried_ == 0 && is_exact(size_, lowest_);
  const bool is_all_exact = is_sum_exact && is_exact(size, std::min(lowest_, lowest_bit(bias)));
  const double rounded = is_all_exact ? 0 : rounding(size);
  to.value[at] = activate(activation, z_, bias);
  if (!(size + rounded < largest)) {  // the sum of a float may be infinite, or no number
    to.error[at] = std::numeric_limits<double>::infinity();
    return;
  }
  // Equal sums have equal signs.
  uint64_t signs = RandomStream(std::bit_cast<uint64_t>(z_ + 0.0), std::bit_cast<uint64_t>(size)).next();
  Samples with_signs;
  double squares = 0;
  for (size_t k = 0; k < count; ++k, signs >>= 1) {
    with_signs[k] = sample_[k] + signed_by(signs, rounded);
    squares += static_cast<double>(with_signs[k]) * with_signs[k];
  }
  const double probable = deviations * std::sqrt(squares / count);
  const double of_all = std::min(carried_ + rounded, probable);
  const double of_sum = is_sum_exact ? 0 : of_all;
  const Range range = range_of(activation, z_, bias, of_sum, of_all);
  const double carried = std::max(range.high - to.value[at], to.value[at] - range.low);
  const double own = is_curve(activation) ? curve_error(to.value[at]) : 0;
  to.error[at] = carried + own;
  const auto slope = static_cast<float>(of_all > 0 ? carried / of_all : 0);
  for (size_t k = 0; k < count; ++k, signs >>= 1) to.sample[at][k] = slope * with_signs[k] + signed_by(signs, own);
}

void RoundedValues::soften(std::span<const uint64_t> of) {
  double most = -std::numeric_limits<double>::infinity();
  for (const uint64_t at : of) most = std::max(most, value[at]);
  double least_sum = 0;
  double most_sum = 0;
  for (const uint64_t at : of) {
    least_sum += std::exp(value[at] - error[at] - most);
    most_sum += std::exp(value[at] + error[at] - most);
  }
  std::vector<Range> range;
  for (const uint64_t at : of) {
    const double least = std::exp(value[at] - error[at] - most);
    const double largest = std::exp(value[at] + error[at] - most);
    range.push_back({least / (least + (most_sum - largest)), largest / (largest + (least_sum - least))});
  }
  softmax(value, of);
  for (size_t o = 0; o < of.size(); ++o) {
    const double y = value[of[o]];
    const double carried = std::max(range[o].high - y, y - range[o].low);
    // What is no number here was no bound before: nothing is known.
    error[of[o]] = std::isnan(carried) ? std::numeric_limits<double>::infinity() : carried + curve_error(y);
  }
}

}  // namespace sparsio
