// Every registered kernel against sums in double precision, row by row, wherever the rows lie. It asserts:
// - sources and targets in scattered rows of two panels, or of one where the kind recycles rows: the values are those
// of
//   the sums, and rows that are not its targets' stay what they are;
// - a column has the same bits whatever the others hold, and whether it is one of 1 or of 100;
// - 0/1 inputs as bits give the bits of the same inputs as floats;
// - what it tells a listener reads each connected source's row and writes each target's row, and no other.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "base/random.hpp"
#include "exec/kernel/kernel.hpp"
#include "exec/shared/aligned.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

constexpr uint32_t rows = 300;

struct Example {
  Layer layer;
  std::vector<uint32_t> source_row;
  std::vector<uint32_t> target_row;
};

std::vector<uint32_t> shuffled_rows(RandomStream& random) {
  std::vector<uint32_t> list(rows);
  std::iota(list.begin(), list.end(), 0U);
  for (uint32_t k = rows - 1; k > 0; --k) std::swap(list[k], list[random.below(k + 1)]);
  return list;
}

/// Odd widths; some targets share their sources, some have none. Sources and targets never share a row.
Example example(uint64_t item) {
  RandomStream random(21, item);
  Example one;
  Layer& layer = one.layer;
  layer.sources = static_cast<uint32_t>(1 + random.below(140));
  layer.targets = static_cast<uint32_t>(1 + random.below(140));
  layer.activation = activation_rules[item % activation_rules.size()].activation;
  layer.begin.assign(1, 0);
  const double density = item % 4 == 0 ? 0.9 : 0.2;
  std::vector<uint32_t> shared;
  for (uint32_t t = 0; t < layer.targets; ++t) {
    if (t % 8 == 0 || item % 2 == 0) {
      shared.clear();
      for (uint32_t s = 0; s < layer.sources; ++s)
        if (random.uniform() < density) shared.push_back(s);
    }
    if (random.below(9) > 0)
      for (const uint32_t s : shared) {
        layer.source.push_back(s);
        layer.weight.push_back(static_cast<float>(random.uniform(-0.1, 1)));
      }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(static_cast<float>(random.uniform(-0.3, 0)));
  }
  const std::vector<uint32_t> list = shuffled_rows(random);
  one.source_row.assign(list.begin(), list.begin() + layer.sources);
  one.target_row.assign(list.begin() + layer.sources, list.begin() + layer.sources + layer.targets);
  return one;
}

Plan plan_for(LayerSource& layers) {
  Plan plan;
  plan.layers = &layers;
  return plan;
}

/// A kind that takes rows in their order only gets them so.
std::unique_ptr<RowKernel> made(const Registry<KernelKind>::Entry& entry, Example& one) {
  GivenLayers layers({one.layer}, one.layer.activation);
  const auto maker = entry.kind.make(plan_for(layers), Params(entry.kind.options, {}, entry.name));
  try {
    return maker->make(one.layer, {one.source_row, one.target_row});
  } catch (const Unsupported&) {
    std::iota(one.source_row.begin(), one.source_row.end(), 0U);
    std::iota(one.target_row.begin(), one.target_row.end(), 0U);
    return maker->make(one.layer, {});
  }
}

bool recycles(const Registry<KernelKind>::Entry& entry, const Example& one) {
  GivenLayers layers({one.layer}, one.layer.activation);
  const auto maker = entry.kind.make(plan_for(layers), Params(entry.kind.options, {}, entry.name));
  maker->make(one.layer, {});
  return maker->recycled_rows() > 0;
}

using Panel = AlignedVector<float>;

Panel random_panel(uint32_t stride, RandomStream& random) {
  Panel panel(rows * stride);
  for (float& value : panel) value = random.below(2) == 0 ? 0.0F : static_cast<float>(random.uniform());
  return panel;
}

/// The panel after `kernel` has run on `x`; targets' rows begin as `before`.
Panel ran(const RowKernel& kernel, bool is_recycled, const Panel& x, const Panel& before, uint32_t stride,
          uint32_t columns) {
  Panel y = is_recycled ? x : before;
  kernel.forward(is_recycled ? y.data() : x.data(), y.data(), stride, columns);
  return y;
}

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
    const auto kernel = made(entry(), one);
    RandomStream random(22, item);
    const uint32_t columns = static_cast<uint32_t>(1 + random.below(100));
    const uint32_t stride = row_stride(columns);
    const Panel x = random_panel(stride, random);
    const Panel before = random_panel(stride, random);
    const bool is_recycled = recycles(entry(), one);
    const Panel y = ran(*kernel, is_recycled, x, before, stride, columns);
    for (uint32_t t = 0; t < one.layer.targets; ++t)
      for (uint32_t c = 0; c < columns; ++c, ++compared) {
        double size = 0;
        const double want = expected(one, t, x, stride, c, size);
        ASSERT_NEAR(y[one.target_row[t] * stride + c], want, 1e-5 * size) << item << " target " << t << " column " << c;
      }
    const std::set<uint32_t> targets(one.target_row.begin(), one.target_row.end());
    for (uint32_t r = 0; r < rows; ++r)
      for (uint32_t c = 0; c < stride && targets.count(r) == 0; ++c)
        ASSERT_EQ(y[r * stride + c], (is_recycled ? x : before)[r * stride + c]) << item << " row " << r;
  }
  EXPECT_GT(compared, 10'000);
}

TEST_P(EveryKernel, AColumnHasTheSameBitsWhateverStandsBesideIt) {
  if (!entry().kind.opaque.empty()) GTEST_SKIP() << "a library may sum one column and a hundred in other orders";
  for (uint64_t item = 0; item < 12; ++item) {
    Example one = example(item);
    const auto kernel = made(entry(), one);
    RandomStream random(23, item);
    constexpr uint32_t wide = row_stride(100);
    constexpr uint32_t narrow = row_stride(1);
    const Panel x = random_panel(wide, random);
    const Panel y = ran(*kernel, recycles(entry(), one), x, Panel(x.size()), wide, 100);
    for (const uint32_t column : {0U, 17U, 99U}) {
      Panel alone(rows * narrow, 0.0F);
      for (uint32_t r = 0; r < rows; ++r) alone[r * narrow] = x[r * wide + column];
      const Panel z = ran(*kernel, recycles(entry(), one), alone, Panel(alone.size()), narrow, 1);
      for (const uint32_t r : one.target_row) ASSERT_EQ(z[r * narrow], y[r * wide + column]) << item << " row " << r;
    }
  }
}

TEST_P(EveryKernel, BitsAreTheSameAsFloats) {
  if (!entry().kind.reads_bits) return;
  for (uint64_t item = 0; item < 12; ++item) {
    Example one = example(item);
    std::iota(one.source_row.begin(), one.source_row.end(), 0U);
    std::iota(one.target_row.begin(), one.target_row.end(), one.layer.sources);
    const auto kernel = made(entry(), one);
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
    const auto kernel = made(entry(), one);
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
