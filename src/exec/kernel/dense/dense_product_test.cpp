// needs: dense
// Every product that `dense` could take in this build. It asserts:
// - each is the sum over all sources, to rounding, on 1 to 100 columns, and writes no other;
// - as many threads are there afterwards as before;
// - the option takes the library that it names, and refuses one that the build has not.
#include "exec/kernel/dense/dense_product.hpp"

#include <gtest/gtest.h>
#include <omp.h>

#include "base/random.hpp"
#include "exec/kernel/kernels_fixture.hpp"

namespace sparsio {
namespace {

TEST(DenseProduct, IsTheSumOverAllSources) {
  constexpr uint32_t stride = 112;
  for (const auto& entry : Registry<DenseProduct>::instance().entries())
    for (uint64_t item = 0; item < 8; ++item) {
      RandomStream random(27, item);
      const auto targets = static_cast<uint32_t>(1 + random.below(rows));
      const auto sources = static_cast<uint32_t>(1 + random.below(rows));
      const auto columns = static_cast<uint32_t>(1 + random.below(100));
      std::vector<float> w(uint64_t{targets} * sources);
      for (float& weight : w) weight = static_cast<float>(random.uniform(-1, 1));
      const Panel x = random_panel(stride, random);
      const Panel before = random_panel(stride, random);
      Panel y = before;
      const int threads = omp_get_max_threads();
      entry.kind.start();
      entry.kind.multiply({w.data(), x.data(), y.data(), targets, sources, columns, stride});
      EXPECT_EQ(omp_get_max_threads(), threads) << entry.name;
      for (uint32_t t = 0; t < rows; ++t)
        for (uint32_t c = 0; c < stride; ++c) {
          double sum = before[t * stride + c];
          if (t < targets && c < columns) {
            sum = 0;
            for (uint32_t s = 0; s < sources; ++s) sum += double{w[t * sources + s]} * double{x[s * stride + c]};
          }
          ASSERT_NEAR(y[t * stride + c], sum, 1e-4) << entry.name << ' ' << item << " row " << t << " column " << c;
        }
    }
}

TEST(DenseProduct, IsThatOfTheLibraryNamed) {
  const auto& dense = Registry<KernelKind>::instance().find("dense", "test").kind;
  Example one = example(1);
  GivenLayers layers({one.layer});
  for (const std::string library : {"onednn", "openblas"}) {
    const Params params(dense.options, {{"library", library}}, "test");
    const auto* const there = Registry<DenseProduct>::instance().look_up(library);
    if (there == nullptr)
      EXPECT_THROW(dense.make(plan_for(layers), params), Unsupported) << library;
    else
      EXPECT_EQ(dense.make(plan_for(layers), params)->simd(), there->kind.simd());
  }
}

}  // namespace
}  // namespace sparsio
