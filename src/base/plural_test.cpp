// One of a thing is singular; none and many are plural.
#include "base/plural.hpp"

#include <gtest/gtest.h>

namespace sparsio {
namespace {

TEST(Counted, IsSingularForOneAlone) {
  EXPECT_EQ(plural(0, "case"), "0 cases");
  EXPECT_EQ(plural(1, "case"), "1 case");
  EXPECT_EQ(plural(2, "case"), "2 cases");
  EXPECT_EQ(plural(11, "pair"), "11 pairs");
}

}  // namespace
}  // namespace sparsio
