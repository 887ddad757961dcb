// Every product that eigen could choose on this machine, not only the one that it does. It asserts:
// - each is the sum over the connections, to rounding, on 1 to 100 columns, targets without connections among them;
// - what lies behind the columns, and between the rows, stays what it is.
#include "exec/kernel/eigen/eigen_product.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"
#include "exec/kernel/kernels_fixture.hpp"
#include "exec/machine/simd_limit.hpp"

namespace sparsio {
namespace {

std::vector<EigenProduct> products_of_this_machine() {
  const std::vector<std::string> names = simd_names();
  const auto has = [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  std::vector<EigenProduct> list = {eigen_baseline()};
  if (has("AVX2")) list.push_back(eigen_avx2());
  if (has("AVX3")) list.push_back(eigen_avx512());
  return list;
}

TEST(EigenProduct, IsTheSumOverTheConnectionsForEveryInstructionSet) {
  constexpr uint32_t stride = 112;
  for (uint64_t item = 0; item < 12; ++item) {
    const Layer layer = example(item).layer;
    RandomStream random(26, item);
    const Panel x = random_panel(stride, random);
    const Panel before = random_panel(stride, random);
    const auto columns = static_cast<uint32_t>(1 + random.below(100));
    const std::vector<int> begin(layer.begin.begin(), layer.begin.end());
    const std::vector<int> source(layer.source.begin(), layer.source.end());
    const EigenRows weights = {static_cast<int>(layer.targets), static_cast<int>(layer.sources), begin.data(),
                               source.data(), layer.weight.data()};
    for (const EigenProduct multiply : products_of_this_machine()) {
      Panel y = before;
      multiply(weights, x.data(), y.data(), stride, columns);
      for (uint32_t t = 0; t < rows; ++t)
        for (uint32_t c = 0; c < stride; ++c) {
          if (t >= layer.targets || c >= columns) {
            ASSERT_EQ(y[t * stride + c], before[t * stride + c]) << item << " row " << t << " column " << c;
            continue;
          }
          double sum = 0;
          for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k)
            sum += double{layer.weight[k]} * double{x[layer.source[k] * stride + c]};
          ASSERT_NEAR(y[t * stride + c], sum, 1e-4) << item << " row " << t << " column " << c;
        }
    }
  }
}

}  // namespace
}  // namespace sparsio
