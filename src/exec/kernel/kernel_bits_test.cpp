// The bits that kernels promise. It asserts of every registered kernel:
// - any panel: a column has the same bits whatever the others hold, and whether it is one of 1, 7, 16, 48, 64 or 100;
// - any rows: a target has the same bits whether the kernel has all targets of the layer or those of one worker among
//   two or three, in blocks or dealt out in turns;
// and that a kernel which promises what it does not keep is found out, in either.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "exec/kernel/kernels_fixture.hpp"

namespace sparsio {
namespace {

uint32_t bits_of(float value) {
  return std::bit_cast<uint32_t>(value);
}

/// The targets of one of `workers`, in blocks or in turns; sources and rows stay where they are.
Example part_of(const Example& whole, uint32_t worker, uint32_t workers, bool in_turns) {
  Example part = whole;
  Layer& layer = part.layer;
  layer.begin.assign(1, 0);
  layer.source.clear();
  layer.weight.clear();
  layer.bias.clear();
  part.target_row.clear();
  const Layer& all = whole.layer;
  for (uint32_t t = 0; t < all.targets; ++t) {
    if ((in_turns ? t % workers : t * workers / all.targets) != worker) continue;
    for (uint64_t k = all.begin[t]; k < all.begin[t + 1]; ++k) {
      layer.source.push_back(all.source[k]);
      layer.weight.push_back(all.weight[k]);
    }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(all.bias[t]);
    part.target_row.push_back(whole.target_row[t]);
  }
  layer.targets = static_cast<uint32_t>(part.target_row.size());
  return part;
}

/// "" or where another number of columns gives other bits.
std::string broken_by_panels(const KernelKind& kind, uint64_t item) {
  constexpr uint32_t wide = row_stride(100);
  Example one = example(item);
  const auto kernel = made(kind, one);
  const bool is_recycled = recycles(kind, one);
  RandomStream random(23, item);
  const Panel x = random_panel(wide, random);
  const Panel y = ran(*kernel, is_recycled, x, Panel(x.size()), wide, 100);
  for (const uint32_t columns : {1U, 7U, 16U, 48U, 64U, 100U})
    for (const uint32_t first : {0U, 17U, 99U}) {
      const uint32_t stride = row_stride(columns);
      Panel some(rows * stride, 0.0F);
      for (uint32_t r = 0; r < rows; ++r)
        for (uint32_t c = 0; c < columns; ++c) some[r * stride + c] = x[r * wide + (first + c) % 100];
      const Panel z = ran(*kernel, is_recycled, some, Panel(some.size()), stride, columns);
      for (const uint32_t r : one.target_row)
        for (uint32_t c = 0; c < columns; ++c)
          if (bits_of(z[r * stride + c]) != bits_of(y[r * wide + (first + c) % 100]))
            return "any panel: item " + std::to_string(item) + ", " + std::to_string(columns) + " columns";
    }
  return "";
}

/// "" or where another division of the rows gives other bits.
std::string broken_by_rows(const KernelKind& kind, uint64_t item) {
  Example one = example(item);
  const auto kernel = made(kind, one);
  RandomStream random(24, item);
  const uint32_t columns = static_cast<uint32_t>(1 + random.below(100));
  const uint32_t stride = row_stride(columns);
  const Panel x = random_panel(stride, random);
  const Panel y = ran(*kernel, recycles(kind, one), x, Panel(x.size()), stride, columns);
  for (const uint32_t workers : {2U, 3U})
    for (const bool in_turns : {false, true})
      for (uint32_t worker = 0; worker < workers; ++worker) {
        Example part = part_of(one, worker, workers, in_turns);
        if (part.layer.targets == 0) continue;
        const std::vector<uint32_t> rows_in_whole = part.target_row;
        const auto of_part = made(kind, part);  // which may have put the targets into other rows
        const Panel z = ran(*of_part, recycles(kind, part), x, Panel(x.size()), stride, columns);
        for (uint32_t t = 0; t < part.layer.targets; ++t)
          for (uint32_t c = 0; c < columns; ++c)
            if (bits_of(z[part.target_row[t] * stride + c]) != bits_of(y[rows_in_whole[t] * stride + c]))
              return "any rows: item " + std::to_string(item) + ", " + std::to_string(workers) + " workers";
      }
  return "";
}

/// The first promise that the kernel is seen to break; "" where it keeps all it makes.
std::string broken_promise(const KernelKind& kind, uint64_t items) {
  for (uint64_t item = 0; item < items; ++item) {
    std::string broken;
    if (promises(kind.bits, SameBits::any_panel)) broken = broken_by_panels(kind, item);
    if (broken.empty() && promises(kind.bits, SameBits::any_rows)) broken = broken_by_rows(kind, item);
    if (!broken.empty()) return broken;
  }
  return "";
}

class KernelBits : public testing::TestWithParam<std::string> {};

TEST_P(KernelBits, AreAsPromised) {
  EXPECT_EQ(broken_promise(Registry<KernelKind>::instance().find(GetParam(), "test").kind, 24), "");
}

INSTANTIATE_TEST_SUITE_P(Registry, KernelBits, testing::ValuesIn(Registry<KernelKind>::instance().names()),
                         [](const auto& test) { return test.param; });

/// csr, but the last bit of one target's first value is another where there are few columns, or few targets.
class Fickle final : public RowKernel {
 public:
  Fickle(std::unique_ptr<RowKernel> csr, uint32_t row, bool has_few_targets)
      : csr_(std::move(csr)), row_(row), has_few_targets_(has_few_targets) {}
  void forward(const float* x, float* y, uint32_t stride, uint32_t columns) const override {
    csr_->forward(x, y, stride, columns);
    float& one = y[uint64_t{row_} * stride];
    if (has_few_targets_ || columns < 16) one = std::nextafter(one, 1e9F);
  }
  void visit(AccessVisitor& visitor) const override { csr_->visit(visitor); }
  uint64_t bytes(uint32_t columns) const override { return csr_->bytes(columns); }

 private:
  std::unique_ptr<RowKernel> csr_;
  uint32_t row_;
  bool has_few_targets_;
};

const KernelKind& csr() {
  return Registry<KernelKind>::instance().find("csr", "test").kind;
}

class FickleMaker final : public KernelMaker {
 public:
  explicit FickleMaker(const Plan& plan) : csr_(csr().make(plan, {})) {}
  std::unique_ptr<RowKernel> make(const Layer& layer, const LayerRows& given) override {
    const uint32_t row = given.target.empty() ? 0 : given.target.front();
    return std::make_unique<Fickle>(csr_->make(layer, given), row, layer.targets < 20);
  }
  uint64_t index_bytes() const override { return csr_->index_bytes(); }

 private:
  std::unique_ptr<KernelMaker> csr_;
};

TEST(KernelBits, AFalsePromiseIsFoundOut) {
  KernelKind fickle{.summary = "csr with a whim", .options = {}, .make = make_maker<FickleMaker>, .tracks = {}};
  EXPECT_EQ(broken_promise(fickle, 4), "");
  fickle.bits = {SameBits::any_panel};
  EXPECT_TRUE(broken_promise(fickle, 4).starts_with("any panel: ")) << broken_promise(fickle, 4);
  fickle.bits = {SameBits::any_rows};
  EXPECT_TRUE(broken_promise(fickle, 24).starts_with("any rows: ")) << broken_promise(fickle, 24);
}

}  // namespace
}  // namespace sparsio
