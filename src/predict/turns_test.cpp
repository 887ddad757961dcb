// Turns of engines that do nothing but take processor time: the slower one is found slower, and who is far behind gets
// no more turns than it takes to see that.
#include "predict/turns.hpp"

#include <gtest/gtest.h>

#include "predict/spinning_fixture.hpp"

namespace sparsio {
namespace {

std::vector<int> runs_of(const std::vector<double>& seconds, std::vector<Candidate>& candidates) {
  std::vector<int> runs(seconds.size());
  for (size_t k = 0; k < seconds.size(); ++k)
    candidates.push_back({"spinning", 16, std::make_unique<Spinning>(seconds[k], runs[k])});
  take_turns(candidates, {}, 1);
  return runs;
}

TEST(Turns, WhoIsFarBehindGetsNoMoreOfThem) {
  std::vector<Candidate> candidates;
  const std::vector<int> runs = runs_of({2e-3, 2e-3, 2e-2}, candidates);
  EXPECT_EQ(runs[2], 4);
  EXPECT_GT(runs[0], 8);
  EXPECT_EQ(runs[0], runs[1]);
  for (size_t k = 0; k < 2; ++k) EXPECT_LT(candidates[k].seconds, candidates[2].seconds);
}

TEST(Turns, NobodyRunsAlone) {
  std::vector<Candidate> candidates;
  EXPECT_EQ(runs_of({1e-3}, candidates)[0], 0);
}

TEST(Turns, EndAsSoonAsOneIsAhead) {
  std::vector<Candidate> candidates;
  EXPECT_EQ(runs_of({2e-3, 2e-2}, candidates), (std::vector<int>{4, 4}));
}

}  // namespace
}  // namespace sparsio
