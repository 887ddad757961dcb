// An error of a team: the caller gets what one thread threw, once; without an error nothing happens.
#include "base/team_error.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

namespace sparsio {
namespace {

TEST(TeamError, TheFirstOfManyComesOut) {
  TeamError error;
  EXPECT_FALSE(error.is_caught());
  std::vector<std::thread> team;
  for (int t = 0; t < 4; ++t) team.emplace_back([&error] { error.guard([] { throw std::runtime_error("no room"); }); });
  for (std::thread& thread : team) thread.join();
  EXPECT_TRUE(error.is_caught());
  EXPECT_THROW(error.rethrow(), std::runtime_error);
}

TEST(TeamError, WithoutAnErrorNothingIsThrown) {
  TeamError error;
  int done = 0;
  error.guard([&] { ++done; });
  EXPECT_EQ(done, 1);
  EXPECT_FALSE(error.is_caught());
  EXPECT_NO_THROW(error.rethrow());
}

}  // namespace
}  // namespace sparsio
