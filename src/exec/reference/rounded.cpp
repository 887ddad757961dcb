#include "exec/reference/rounded.hpp"

#include "base/random.hpp"

namespace sparsio {
namespace {

/// An error of a neuron is `probable` below so many times the root of the mean square of its samples.
constexpr double deviations = 4;

struct Range {
  double low;
  double high;
};

/// Where the value is if the sum is within `of_sum` of z, and with the bias within `of_all` of z + bias.
Range range_of(Activation activation, double z, double bias, double of_sum, double of_all) {
  const double low = z + bias - of_all;
  const double high = z + bias + of_all;
  switch (activation) {
    case Activation::identity:
      return {low, high};
    case Activation::relu:
      return {std::max(0.0, low), std::max(0.0, high)};
    case Activation::challenge:
      if (z == 0 && of_sum == 0) return {0, 0};
      return {std::abs(z) <= of_sum ? 0 : std::clamp(low, 0.0, 32.0), std::clamp(high, 0.0, 32.0)};
  }
  return {};
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

void RoundedValues::Sum::finish(Activation activation, double bias, RoundedValues& to, size_t at) const {
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
    with_signs[k] = sample_[k] + static_cast<float>((signs & 1) != 0 ? rounded : -rounded);
    squares += static_cast<double>(with_signs[k]) * with_signs[k];
  }
  const double probable = deviations * std::sqrt(squares / count);
  const double of_all = std::min(carried_ + rounded, probable);
  const double of_sum = is_sum_exact ? 0 : of_all;
  const Range range = range_of(activation, z_, bias, of_sum, of_all);
  to.error[at] = std::max(range.high - to.value[at], to.value[at] - range.low);
  const auto slope = static_cast<float>(of_all > 0 ? to.error[at] / of_all : 0);
  for (size_t k = 0; k < count; ++k) to.sample[at][k] = slope * with_signs[k];
}

}  // namespace sparsio
