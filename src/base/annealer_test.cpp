// annealer_test: the loop held against one that is written out.
//   how many proposals are made, how warm each is, what each may cost, and when the caller may look
//   a budget of nothing, and one that is a time
#include "base/annealer.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sparsio {
namespace {

TEST(Annealer, GoesAsTheLoopWrittenOut) {
  for (const uint64_t proposals : {1, 3, 255, 256, 257, 1000}) {
    for (const uint64_t cool_every : {1, 7, 256}) {
      for (const double unit : {1.0, 20.0, 1.7}) {
        RandomStream random(3, 0);
        RandomStream expected_random(3, 0);
        Annealer annealer({proposals}, {0.13, 0.06, unit}, cool_every);
        std::vector<double> looks;
        std::vector<double> expected_looks;
        double temperature = 0;
        for (uint64_t i = 0; i < proposals; ++i) {
          if (i % cool_every == 0) {
            const double share = static_cast<double>(i) / static_cast<double>(proposals);
            expected_looks.push_back(share);
            temperature = unit * 0.13 * std::pow(0.06 / 0.13, share);
          }
          ASSERT_EQ(annealer.made(), i);
          ASSERT_TRUE(annealer.next([&](double share) { looks.push_back(share); }));
          ASSERT_EQ(annealer.temperature(), temperature);
          ASSERT_EQ(annealer.allowed(random), -temperature * std::log(1 - expected_random.uniform()));
        }
        ASSERT_EQ(looks, expected_looks);
        for (int again = 0; again < 2; ++again) ASSERT_FALSE(annealer.next());
        ASSERT_EQ(annealer.made(), proposals);
      }
    }
  }
}

TEST(Annealer, NoBudgetNoProposal) {
  Annealer none({0}, {1, 0.1});
  EXPECT_FALSE(none.next());
  Annealer over({1000, 1e-300}, {1, 0.1});
  while (over.next()) {
  }
  EXPECT_EQ(over.made() % 256, 0U) << "the time is looked at when it cools";
}

TEST(Annealer, TimeStandsInsteadOfProposals) {
  Annealer annealer({1, 1e9}, {1, 0.1});
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(annealer.next());
}

}  // namespace
}  // namespace sparsio
