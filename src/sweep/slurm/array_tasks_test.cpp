// Packing by its claims, and the guess of a case's cost against networks whose size is known.
#include "sweep/slurm/array_tasks.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"
#include "run/run_case.hpp"

namespace sparsio {
namespace {

TEST(Packing, EveryCaseOnceInOrderAndNoTaskAboveTheTargetUnlessItIsOneCase) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    RandomStream random(seed, 5);
    std::vector<double> seconds(random.below(60));
    for (double& one : seconds) one = static_cast<double>(1 + random.below(100)) / 8;
    const double target = static_cast<double>(1 + random.below(200)) / 8;
    const auto tasks = packed(seconds, target);
    size_t next = 0;
    double before = INFINITY;
    for (const auto& task : tasks) {
      ASSERT_FALSE(task.empty());
      double sum = 0;
      for (const size_t one : task) {
        ASSERT_EQ(one, next++);
        sum += seconds[one];
      }
      ASSERT_TRUE(sum <= target || task.size() == 1);
      ASSERT_GT(before + sum, target) << "two neighbours would have fitted together";
      before = sum;
    }
    ASSERT_EQ(next, seconds.size());
    const double all = std::accumulate(seconds.begin(), seconds.end(), 0.0);
    ASSERT_LE(static_cast<double>(tasks.size()), 2 * std::ceil(all / target) + 1);
  }
}

Case case_of(const std::string& network, const std::string& engine) {
  Case one;
  one.set("network", network, "test");
  one.set("engine", engine, "test");
  if (engine != "none") one.set("inputs", "images:count=100", "test");
  return one;
}

TEST(Packing, ConnectionsAreThoseOfTheNetwork) {
  EXPECT_EQ(estimated_connections("radix_net:neurons=1024,layers=120"), 1024.0 * 32 * 120);
  EXPECT_NEAR(estimated_connections("mlp:widths=300x4,density=0.1"), 300 * 300 * 0.1 * 3, 300 * 300 * 0.1 * 3 * 0.05);
}

Record row_of(const Case& one, const std::string& status, double wall_seconds) {
  Record row = blank_record(one, "r", {});
  row.set("status", status);
  row.set("wall_seconds", wall_seconds);
  return row;
}

TEST(Packing, CostsAreEstimatedByTheRateAndThenMeasured) {
  int asked = 0;
  CostModel model(
      [&](const std::string&) {
        ++asked;
        return 1e6;
      },
      1e8);
  const Case one = case_of("n", "csr");
  const double guessed = model.seconds(one);
  EXPECT_NEAR(guessed, 1e6 * 100 * 4 / 1e8, 0.5);  // three repetitions and a warm-up
  model.learn({row_of(one, "ok", 60), row_of(one, "ok", 50), row_of(one, "timeout", 70), row_of(one, "error", 0.1),
               row_of(case_of("slow", "csr"), "ok", 8 * guessed)});
  EXPECT_NEAR(model.seconds(one), 60, 1e-9) << "the median of what such cases took";
  EXPECT_NEAR(model.seconds(case_of("slow", "csr")), 8 * guessed, 1e-9);
  EXPECT_GT(model.seconds(case_of("new", "csr")), 8 * guessed) << "a new network: as the engine's others";
  EXPECT_NEAR(model.seconds(case_of("n", "reference")), guessed, 1e-9) << "nothing is known of it";
  Case twice = one;
  twice.set("repetitions", "7", "test");
  EXPECT_NEAR(model.seconds(twice), 60 * (0.12 + 8) / (0.12 + 4), 1) << "twice the passes";
  EXPECT_LT(model.seconds(case_of("n", "none")), guessed);
  EXPECT_EQ(asked, 3);
}

TEST(Packing, AllInputsOfAFileAreAsManyAsTheChallenges) {
  CostModel model([](const std::string&) { return 1e5; }, 1e8);
  const auto seconds = [&](const std::string& inputs) {
    Case one = case_of("n", "csr");
    one.set("inputs", inputs, "test");
    return model.seconds(one);
  };
  const double all = seconds("images:count=60000");
  EXPECT_GT(all, 100);
  for (const char* inputs : {"in.bits", "bits:path=in.bits,count=0", "h5:path=in.h5"})
    EXPECT_EQ(seconds(inputs), all) << inputs;
  EXPECT_LT(seconds("bits:path=in.bits,count=100"), all / 100);
}

TEST(Packing, ANetworkThatCannotBeOpenedIsCheap) {
  CostModel model([](const std::string& network) -> double { throw BadInput(network, "not there"); }, 1e8);
  EXPECT_LT(model.seconds(case_of("n", "csr")), 1);
}

}  // namespace
}  // namespace sparsio
