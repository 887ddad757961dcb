// Real inputs become columns, against value by value. It asserts, for widths, panels and beginnings that are no whole
// blocks, with inputs that begin anywhere in a line:
//   - column c of row v is value v of input first + c, and the columns behind the last input are zero;
//   - nothing is written behind the panel.
#include "exec/walk/transpose_floats.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "exec/walk/panel_kernels.hpp"

namespace sparsio {
namespace {

TEST(TransposeFloats, EveryValueIsWhereItBelongs) {
  for (uint64_t item = 0; item < 400; ++item) {
    RandomStream random(31, item);
    Inputs inputs{1 + random.below(70), static_cast<uint32_t>(1 + random.below(item % 3 == 0 ? 20 : 90)), {}, {}, ""};
    // The allocator begins a vector at a multiple of 16 bytes: which one, is up to its size and the past.
    const std::vector<float> past(random.below(64));
    inputs.values.resize(inputs.count * inputs.width);
    for (float& value : inputs.values) value = static_cast<float>(random.uniform(-1, 1));
    const auto panel = static_cast<uint32_t>(1 + random.below(70));
    const uint64_t first = random.below(inputs.count);
    const auto count = static_cast<uint32_t>(std::min<uint64_t>(panel, inputs.count - first));
    const uint32_t stride = row_stride(panel);
    constexpr float untouched = 7;
    std::vector<float> rows((uint64_t{inputs.width} + 1) * stride, untouched);
    transpose_floats(inputs, first, count, rows.data(), stride);
    for (uint32_t v = 0; v <= inputs.width; ++v)
      for (uint32_t c = 0; c < stride; ++c) {
        const bool is_filled = v < inputs.width && c < row_stride(count);
        const float want = !is_filled ? untouched : c < count ? inputs.at(first + c, v) : 0.0F;
        ASSERT_EQ(rows[v * stride + c], want) << item << " row " << v << " column " << c;
      }
  }
}

TEST(TransposeFloats, BlocksAreTheLinesOfTheInputs) {
  EXPECT_EQ(end_of_float_block(0, 12, 40), 12U);
  EXPECT_EQ(end_of_float_block(12, 12, 40), 28U);
  EXPECT_EQ(end_of_float_block(28, 12, 40), 40U);
  EXPECT_EQ(end_of_float_block(0, 0, 40), 16U);
  EXPECT_EQ(end_of_float_block(0, 12, 5), 5U);
}

}  // namespace
}  // namespace sparsio
