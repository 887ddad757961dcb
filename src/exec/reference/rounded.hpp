// rounded: how far from a double precision value may an engine be that computes in float and does nothing wrong?
// Each value of the reference carries that error along. What follows is the proof, and where it stops being one.
//
// One neuron. u = 2^-24 is the unit roundoff of float. An engine adds n products w x and the bias b in an order of its
// own; it may also merge equal sources first, w1 x + w2 x = (w1 + w2) x. No term goes through more than n + 2 roundings
// (its product, the sums above it, the bias), so by the standard analysis (Higham, Accuracy and Stability of Numerical
// Algorithms, 2nd ed., 3.1 and 4.2) its sum is within g (sum |w x| + |b|), g = (n + 2) u / (1 - (n + 2) u), of the
// exact one; one u more is for the reference itself. A product below the smallest normal float may be flushed to zero:
// n + 1 times that is added. No rounding happens at all, and no error is granted, where all terms are multiples of one
// power of two q and sum |w x| + |b| is at most 2^24 q: then every partial sum in every order is such a multiple.
//
// From neuron to neuron. An error e of a source adds |w| e. An activation maps an interval of sums to an interval of
// values: that between the values of its ends, for gelu and silu down to their one minimum if it is within. Where a
// step has slope 0 (below zero, at the cap) the error ends. Those that are no steps have an error of their own
// (exec/walk/ curves). `challenge` jumps at z = 0 where the bias is positive: a sum that may be zero makes the whole
// jump uncertain there, and nothing else. So `worst`, the sum of the two, is a theorem.
//
// Why that is not all. Weights of both signs let |w| e grow by the root of n a layer faster than values do, so that
// after five layers of 100 sources the theorem allows anything. But what really arrives is J d, summed over all
// roundings d with J the derivative, and signs cancel in J as they do in the values. If roundings of different neurons
// have independent signs, sum J d exceeds 4 times the root of sum (J d)^2 with probability below 2 exp(-8) = 7e-4 even
// where every single one is as large as its bound (Hoeffding 1963), which none is: (n + 2) roundings of one neuron
// would have to agree. `probable` is that, and the mean square is measured: `count` samples, in each of which every
// neuron rounds by its whole bound up or down, are carried along through the actual slopes (1 where a step is within
// the error). Neurons that compute the same sum, as twins do, round alike. A neuron's error is the smaller of the two.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "net/activation.hpp"

namespace sparsio {

/// Values of neurons with nothing beside them: the reference as it is timed.
struct PlainValues {
  explicit PlainValues(size_t neurons) : value(neurons) {}
  void set(size_t at, double input) { value[at] = input; }
  /// Those become a softmax.
  void soften(std::span<const uint64_t> of) { softmax(value, of); }

  struct Sum {
    double z = 0;
    void add(double weight, const PlainValues& from, size_t at) { z += weight * from.value[at]; }
    void finish(const Activation& activation, double bias, PlainValues& to, size_t at) const {
      to.value[at] = activate(activation, z, bias);
    }
  };

  std::vector<double> value;
};

/// Values of neurons, each with the error that float can make of it. An error is infinite where a float may overflow.
struct RoundedValues {
  static constexpr size_t count = 16;
  using Samples = std::array<float, count>;

  explicit RoundedValues(size_t neurons) : value(neurons), error(neurons), sample(neurons) {}
  void set(size_t at, double input) { value[at] = input; }
  /// Those become a softmax. Each is largest where its sum is as large and all others are as small as they can be.
  void soften(std::span<const uint64_t> of);

  class Sum {
   public:
    void add(double weight, const RoundedValues& from, size_t at) {
      const double term = weight * from.value[at];
      const double carried = std::abs(weight) * from.error[at];
      z_ += term;
      size_ += std::abs(term) + carried;
      ++terms_;
      if (carried == 0) {
        lowest_ = std::min(lowest_, lowest_bit(term));
        return;
      }
      carried_ += carried;
      for (size_t k = 0; k < count; ++k) sample_[k] += static_cast<float>(weight) * from.sample[at][k];
    }
    void finish(const Activation& activation, double bias, RoundedValues& to, size_t at) const;

   private:
    /// The exponent of the lowest bit that is set; none in 0.
    static int lowest_bit(double x) {
      const auto bits = std::bit_cast<uint64_t>(x);
      const uint64_t exponent = (bits >> 52) & 0x7ff;
      if (exponent == 0) return (bits << 1) == 0 ? std::numeric_limits<int>::max() : std::numeric_limits<int>::min();
      return static_cast<int>(exponent) - 1075 + std::countr_zero(bits | (uint64_t{1} << 52));
    }
    static bool is_exact(double size, int lowest);
    double rounding(double size) const;

    double z_ = 0;
    double size_ = 0;     // of the terms, with the errors that they carry
    double carried_ = 0;  // the errors of the sources
    uint64_t terms_ = 0;
    int lowest_ = std::numeric_limits<int>::max();  // the lowest bit that is set in a term
    Samples sample_{};
  };

  std::vector<double> value;
  std::vector<double> error;
  std::vector<Samples> sample;
};

}  // namespace sparsio
