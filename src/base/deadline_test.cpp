// The end of a case's time, at both ends of what may be given.
#include "base/deadline.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.hpp"

namespace sparsio {
namespace {

TEST(Deadline, IsOverOnceItsTimeHasPassedAndNeverWithoutOne) {
  EXPECT_TRUE(Deadline(1e-9).is_over());
  EXPECT_THROW(Deadline(1e-9).check(), TimeLimit);
  EXPECT_FALSE(Deadline().is_over());
}

TEST(Deadline, LiesAheadHoweverFar) {
  for (const double seconds : {60.0, 1e9, 9.3e9, 1e18, 1e300, std::numeric_limits<double>::infinity()})
    EXPECT_FALSE(Deadline(seconds).is_over()) << seconds;
}

}  // namespace
}  // namespace sparsio
