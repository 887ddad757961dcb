// Every case is in one group; alone all are one group in order; the model's cases go longest first.
#include "sweep/rank_schedule.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sparsio {
namespace {

Case case_of(const std::string& engine, const std::string& ranks, const std::string& memory) {
  Case one;
  one.set("engine", engine, "test");
  one.set("ranks", ranks, "test");
  one.set("memory", memory, "test");
  return one;
}

TEST(RankSchedule, EveryCaseHasOneGroupByWhatItNeeds) {
  const std::vector<Case> cases = {case_of("csr", "1", "7"),   case_of("none", "1", "10"), case_of("csr", "2", "7"),
                                   case_of("none", "1", "30"), case_of("csr", "9", "7"),   case_of("none", "1", "30"),
                                   case_of("none", "1", "20")};
  std::vector<const Case*> pointers;
  for (const Case& one : cases) pointers.push_back(&one);
  const auto seconds = [](const Case& one) { return std::stod(one.text("memory")); };

  const RankSchedule four = rank_schedule(pointers, 4, seconds);
  EXPECT_EQ(four.together, std::vector<size_t>({2}));
  EXPECT_EQ(four.timed, std::vector<size_t>({0, 4})) << "nine ranks are not there: a row, at once";
  EXPECT_EQ(four.shared, std::vector<size_t>({3, 5, 6, 1})) << "longest first, equal ones in the sweep's order";

  const RankSchedule one = rank_schedule(pointers, 1, seconds);
  EXPECT_TRUE(one.together.empty() && one.shared.empty());
  EXPECT_EQ(one.timed, std::vector<size_t>({0, 1, 2, 3, 4, 5, 6}));
}

}  // namespace
}  // namespace sparsio
