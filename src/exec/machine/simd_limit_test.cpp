// The instruction set can be taken down, one by one, and every engine that says which it uses says that one.
#include "exec/machine/simd_limit.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "exec/walk/panel_kernels.hpp"

namespace sparsio {
namespace {

TEST(SimdLimit, AScopeGivesBackWhatItTook) {
  const std::vector<std::string> names = simd_names();
  const uint32_t lanes = simd_lanes();
  for (const std::string& name : names) {
    {
      const SimdScope scope(name);
      EXPECT_EQ(simd_name(), name);
      const SimdScope nothing_newer(names.front());  // which is not there any more
      EXPECT_EQ(simd_name(), name);
    }
    EXPECT_EQ(simd_name(), names.front());
    EXPECT_EQ(simd_names(), names);
    EXPECT_EQ(simd_lanes(), lanes);
  }
}

TEST(SimdLimit, TakesDownToEachInTurn) {
  // From the best to the worst: a limit is never lifted again.
  for (const std::string& name : simd_names()) {
    limit_simd(name, "test");
    EXPECT_EQ(simd_name(), name);
    EXPECT_EQ(simd_names().front(), name);
    EXPECT_GE(simd_lanes(), 1U);
  }
}

TEST(SimdLimit, RefusesAnUnknownName) {
  EXPECT_THROW(limit_simd("AVX1024", "test"), BadInput);
}

}  // namespace
}  // namespace sparsio
