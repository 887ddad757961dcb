// The vectorised curves against double precision, with every instruction set that this machine has. It asserts:
// - the error over [-30, 30] is at most 4 units in the last place or 1e-7, whichever is larger, and far outside too;
// - f(0) is exactly 0 where it is so in double precision, nothing is -0, what is no number stays so, limits are kept;
// - a value has the same bits wherever it lies, and values beside a list stay what they are;
// - a softmax of any size, of columns and of one input, is that of double precision, a hundred thousand small outputs
//   beside a large one included.
// SPARSIO_CURVE_VALUES says how many floats of [-30, 30] are tried, by default 40 000 of each curve; 2214592514 are
// all.
#include "exec/walk/curves.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "base/random.hpp"
#include "exec/machine/simd_limit.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/walk/clips.hpp"

namespace sparsio {
namespace {

std::vector<Activation> curves() {
  std::vector<Activation> list;
  for (const Activation& one : all_activations())
    if (is_curve(one)) list.push_back(one);
  for (const char* text : {"leaky_relu:slope=0", "leaky_relu:slope=2.5", "hard_sigmoid:slope=0.2,shift=0.5",
                           "hard_sigmoid:slope=3,shift=-1"})
    list.push_back(parse_activation(text, "test"));
  return list;
}

uint64_t values_wanted() {
  const char* const wanted = std::getenv("SPARSIO_CURVE_VALUES");
  return wanted == nullptr ? 40'000 : std::strtoull(wanted, nullptr, 10);
}

class Curves : public testing::TestWithParam<std::string> {
  SimdScope scope_{GetParam()};
};

/// The largest error of `values`, as a share of what is allowed.
double worst_share(const Activation& activation, const std::vector<float>& values) {
  std::vector<float> got = values;
  curve_values(got, activation);
  double worst = 0;
  for (size_t k = 0; k < values.size(); ++k) {
    const double want = activate(activation, double{values[k]}, 0);
    const double share = std::abs(got[k] - want) / curve_error(want);
    EXPECT_LE(share, 1) << activation_name(activation) << " of " << values[k];
    EXPECT_FALSE(got[k] == 0 && std::signbit(got[k])) << activation_name(activation) << " of " << values[k];
    worst = std::max(worst, share);
  }
  return worst;
}

TEST_P(Curves, AreAsPreciseAsTheySay) {
  constexpr uint32_t thirty = 0x41F00000;  // the bits of 30.0F
  const uint64_t count = values_wanted();
  const double stride = std::max(1.0, 2.0 * (thirty + 1.0) / static_cast<double>(count));
  for (const Activation& one : curves()) {
    double worst = 0;
    std::vector<float> values;
    for (double at = 0; at <= thirty; at += stride) {
      const float value = std::bit_cast<float>(static_cast<uint32_t>(at));
      values.push_back(value);
      values.push_back(-value);
      if (values.size() < 1'000'000) continue;
      worst = std::max(worst, worst_share(one, values));
      values.clear();
    }
    // Half of all floats are below 1e-19: as many again, where curves bend.
    RandomStream random(1, 1);
    for (uint64_t k = 0; k < std::min<uint64_t>(count, 1'000'000); ++k)
      values.push_back(static_cast<float>(random.uniform(-30, 30)));
    worst = std::max(worst, worst_share(one, values));
    RecordProperty(activation_name(one), std::to_string(worst));
    if (count > 40'000) std::cout << GetParam() << ' ' << activation_name(one) << " worst " << worst << '\n';
  }
}

TEST_P(Curves, KeepTheirLimitsAndWhatIsNoNumber) {
  const float none = std::numeric_limits<float>::quiet_NaN();
  const float infinite = std::numeric_limits<float>::infinity();
  for (const Activation& one : curves()) {
    std::vector<float> values = {none, infinite, -infinite, 0.0F, -0.0F, 1e-40F};
    curve_values(values, one);
    EXPECT_TRUE(std::isnan(values[0])) << activation_name(one);
    EXPECT_EQ(values[1], static_cast<float>(activate(one, double{infinite}, 0))) << activation_name(one);
    if (one != parse_activation("leaky_relu:slope=0", "test")) {  // 0 times infinity is no number
      EXPECT_EQ(values[2], static_cast<float>(activate(one, -double{infinite}, 0))) << activation_name(one);
    }
    for (const size_t k : {3, 4}) {
      EXPECT_FALSE(std::signbit(values[k])) << activation_name(one);
      EXPECT_EQ(values[k] == 0, zeros_stay(one, 0)) << activation_name(one);
    }
    worst_share(one, {-88, 88, -100, 100, -1e4F, 1e4F, -1e20F, 1e20F, -1e38F, 1e38F, 1e-40F, -1e-40F, 1e-30F});
  }
}

TEST_P(Curves, HaveTheSameBitsWhereverAValueLies) {
  RandomStream random(2, 1);
  AlignedVector<float> all(300);
  for (float& value : all) value = static_cast<float>(random.uniform(-8, 8));
  for (const Activation& one : curves()) {
    AlignedVector<float> want = all;
    for (float& value : want) curve_values({&value, 1}, one);
    for (const size_t first : {0, 1, 5, 16, 33})
      for (const size_t count : {0, 1, 3, 15, 16, 17, 64, 100}) {
        AlignedVector<float> got = all;
        curve_values({got.data() + first, count}, one);
        for (size_t k = 0; k < got.size(); ++k)
          ASSERT_EQ(got[k], k >= first && k < first + count ? want[k] : all[k])
              << activation_name(one) << ' ' << first << ' ' << count << ' ' << k;
      }
  }
}

TEST_P(Curves, SoftmaxIsThatOfDoublePrecision) {
  RandomStream random(3, 1);
  for (const uint32_t outputs : {1U, 2U, 10U, 1000U, 100'000U}) {
    const uint32_t columns = outputs > 1000 ? 3 : 19;
    const uint32_t stride = row_stride(columns);
    AlignedVector<float> panel(uint64_t{outputs} * stride);
    for (float& value : panel) value = static_cast<float>(random.uniform(-20, -3));
    for (uint32_t c = 0; c < columns; ++c) panel[random.below(outputs) * stride + c] = 5;  // the others add up to more
    const AlignedVector<float> before = panel;
    std::vector<uint32_t> rows(outputs);
    for (uint32_t o = 0; o < outputs; ++o) rows[o] = outputs - 1 - o;
    softmax_columns(panel.data(), {outputs, rows.data()}, stride, columns);
    std::vector<uint64_t> of(outputs);
    std::iota(of.begin(), of.end(), 0U);
    for (uint32_t c = 0; c < columns; ++c) {
      std::vector<double> want(outputs);
      std::vector<float> alone(outputs);
      for (uint32_t o = 0; o < outputs; ++o) want[o] = double{alone[o] = before[uint64_t{o} * stride + c]};
      softmax(want, of);
      softmax_values(alone);
      for (uint32_t o = 0; o < outputs; ++o) {
        ASSERT_NEAR((panel[uint64_t{o} * stride + c]), want[o], curve_error(want[o])) << outputs << ' ' << o;
        ASSERT_NEAR(alone[o], want[o], curve_error(want[o])) << outputs << ' ' << o;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Simd, Curves, testing::ValuesIn(simd_names()), [](const auto& test) { return test.param; });

}  // namespace
}  // namespace sparsio
