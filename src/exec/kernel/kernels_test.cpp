// Every registered kernel against sums in double precision, row by row, wherever the rows lie. It asserts:
// - sources and targets in scattered rows of two panels, or of one where the kind recycles rows: the values are those
// of
//   the sums, and rows that are not its targets' stay what they are;
// - 0/1 inputs as bits give the bits of the same inputs as floats;
// - what it tells a listener reads each connected source's row and writes each target's row, and no other.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "base/random.hpp"
#include "exec/kernel/kernel.hpp"
#include "exec/kernel/kernels_fixture.hpp"
#include "exec/shared/aligned.hpp"

namespace sparsio {
namespace {

class EveryKernel : public testing::TestWithParam<std::string> {
 protected:
  const Registry<KernelKind>::Entry& entry() const { return Registry<KernelKind>::instance().find(GetParam(), "test"); }
};

double expected(const Example& one, uint32_t t, const Panel& x, uint32_t stride, uint32_t column, double& size) {
  double sum = 0;
  size = std::abs(double{one.layer.bias[t]});
  for (uint64_t k = one.layer.begin[t]; k < one.layer.begin[t + 1]; ++k) {
    const double term = double{one.layer.weight[k]} * double{x[one.source_row[one.layer.source[k]] * stride + column]};
    sum += term;
    size += std::abs(term);
  }
  return activate(one.layer.activation, sum, double{one.layer.bias[t]});
}

TEST_P(EveryKernel, ComputesItsTargetsInScatteredRowsAndTouchesNoOther) {
  int compared = 0;
  for (uint64_t item = 0; item < 24; ++item) {
    Example one = example(item);
    const auto kernel = made(entry().kind, one);
    RandomStream random(22, item);
    const uint32_t columns = static_cast<uint32_t>(1 + random.below(100));
    const uint32_t stride = row_stride(columns);
    const Panel x = random_panel(stride, random);
    const Panel before = random_panel(stride, random);
    const bool is_recycled = recycles(entry().kind, one);
    const Panel y = ran(*kernel, is_recycled, x, before, stride, columns);
    for (uint32_t t = 0; t < one.layer.targets; ++t)
      for (uint32_t c = 0; c < columns; ++c, ++compared) {
        double size = 0;
        const double want = expected(one, t, x, stride, c, size);
        ASSERT_NEAR(y[one.target_row[t] * stride + c], want, 1.2e-5 * size + 1e-7)
            << item << " target " << t << " column " << c;
      }
    const std::set<uint32_t> targets(one.target_row.begin(), one.target_row.end());
    for (uint32_t r = 0; r < rows; ++r)
      for (uint32_t c = 0; c < stride && targets.count(r) == 0; ++c)
        ASSERT_EQ(y[r * stride + c], (is_recycled ? x : before)[r * stride + c]) << item << " row " << r;
  }
  EXPECT_GT(compared, 10'000);
}

TEST_P(EveryKernel, BitsAreTheSameAsFloats) {
  if (!entry().kind.reads_bits) return;
  for (uint64_t item = 0; item < 12; ++item) {
    Example one = example(item);
    std::iota(one.source_row.begin(), one.source_row.end(), 0U);
    std::iota(one.target_row.begin(), one.target_row.end(), one.layer.sources);
    const auto kernel = made(entry().kind, one);
    RandomStream random(24, item);
    const uint32_t columns = static_cast<uint32_t>(1 + random.below(100));
    const uint32_t stride = row_stride(columns);
    const uint32_t words = (stride + 63) / 64;
    Panel x(rows * stride, 0.0F);
    AlignedVector<uint64_t> pixels(uint64_t{one.layer.sources} * words, 0);
    for (uint32_t s = 0; s < one.layer.sources; ++s)
      for (uint32_t c = 0; c < columns; ++c)
        if (random.below(3) == 0) {
          x[s * stride + c] = 1;
          pixels[s * words + c / 64] |= uint64_t{1} << (c % 64);
        }
    Panel from_bits(x.size(), 0.0F);
    kernel->forward_bits(pixels.data(), words, from_bits.data(), stride, columns);
    kernel->forward(x.data(), x.data(), stride, columns);
    for (const uint32_t r : one.target_row)
      for (uint32_t c = 0; c < columns; ++c) ASSERT_EQ(from_bits[r * stride + c], x[r * stride + c]) << item;
  }
}

/// Rows that are read and written.
class Rowing final : public AccessVisitor {
 public:
  void place(Buffer, uint64_t, uint64_t) override {}
  void read_row(Buffer buffer, uint64_t row, uint64_t, uint64_t) override {
    if (buffer == Buffer::first) read_rows.insert(static_cast<uint32_t>(row));
  }
  void write_row(Buffer buffer, uint64_t row, uint64_t, uint64_t) override {
    EXPECT_EQ(buffer, Buffer::second);
    written_rows.insert(static_cast<uint32_t>(row));
  }
  void scan_targets(const RowScan&) override {}
  void place(Array, uint64_t) override {}
  void read(Array, uint64_t, uint64_t bytes) override { bytes_read += bytes; }
  void write(Array, uint64_t, uint64_t) override {}
  void place_bounds(Array, uint64_t, uint64_t) override {}
  void read_bounds(Array, uint64_t, uint64_t, uint64_t) override {}
  void place_inputs(const PackedInputs&) override {}
  void turn_inputs(uint32_t, uint32_t, uint32_t) override {}
  void read_turned(uint32_t) override {}

  std::set<uint32_t> read_rows;
  std::set<uint32_t> written_rows;
  uint64_t bytes_read = 0;
};

TEST_P(EveryKernel, TellsTheRowsThatItReadsAndWrites) {
  for (uint64_t item = 0; item < 12; ++item) {
    Example one = example(item);
    const auto kernel = made(entry().kind, one);
    Rowing heard;
    heard.begin_pass(48);
    heard.begin_layer(Buffer::first, Buffer::second);
    kernel->visit(heard);
    std::set<uint32_t> sources;
    for (const uint32_t s : one.layer.source) sources.insert(one.source_row[s]);
    EXPECT_EQ(heard.read_rows, sources) << item;
    EXPECT_EQ(heard.written_rows, std::set<uint32_t>(one.target_row.begin(), one.target_row.end())) << item;
    EXPECT_GE(heard.bytes_read, one.layer.connections() * sizeof(float)) << item;
    EXPECT_GE(kernel->bytes(48), one.layer.connections() * sizeof(float)) << item;
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryKernel, testing::ValuesIn(Registry<KernelKind>::instance().names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace sparsio
