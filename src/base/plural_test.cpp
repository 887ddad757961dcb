// One of a thing is singular; none and many are plural.
#include "base/plural.hpp"

#include <gtest/gtest.h>

namespace sparsio {
namespace {

TEST(Counted, IsSingularForOneAlone) {
  EXPECT_EQ(counted(0, "case"), "0 cases");
  EXPECT_EQ(counted(1, "case"), "1 case");
  EXPECT_EQ(counted(2, "case"), "2 cases");
  EXPECT_EQ(counted(11, "pair"), "11 pairs");
}

}  // namespace
}  // namespace sparsio
