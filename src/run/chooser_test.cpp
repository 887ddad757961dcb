// The chooser's roofline by hand, and its candidates on a small network.
#include "run/chooser.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "run/engine_rates.hpp"

namespace sparsio {
namespace {

Calibration two_levels() {
  Calibration calibration;
  calibration.reads = {{"L1", 1 << 15, 64e9, 128e9}, {"L2", 1 << 20, 32e9, 64e9}, {"memory", 1 << 28, 8e9, 8e9}};
  return calibration;
}

TEST(Chooser, TheLongestOfArithmeticAndEachLevelCounts) {
  // 1e6 flops at 1e9 are 1 ms; 1e6 lines of L1 from L2 at 32 GB/s are 2 ms; 1e6 of L2 from memory at 8 GB/s 8 ms.
  EXPECT_EQ(predicted_seconds({1e6, 1e9, {}}, 3, 1, two_levels()),
            (std::pair<double, std::string>(3e-3, "arithmetic")));
  const auto from_l2 = predicted_seconds({1e6, 1e9, {{"L1", 1e6}}}, 1, 1, two_levels());
  EXPECT_DOUBLE_EQ(from_l2.first, 2e-3);
  EXPECT_EQ(from_l2.second, "misses of L1");
  const auto from_memory = predicted_seconds({1e6, 1e9, {{"L1", 1e6}, {"L2", 1e6}}}, 1, 1, two_levels());
  EXPECT_DOUBLE_EQ(from_memory.first, 8e-3);
  EXPECT_EQ(from_memory.second, "misses of L2");
}

TEST(Chooser, ThreadsShareTilesAndMemoryButNotCaches) {
  EXPECT_DOUBLE_EQ(predicted_seconds({1e6, 1e9, {}}, 5, 2, two_levels()).first, 3e-3);  // three of five tiles
  EXPECT_DOUBLE_EQ(predicted_seconds({0, 1e9, {{"L1", 1e6}}}, 2, 2, two_levels()).first, 2e-3);
  EXPECT_DOUBLE_EQ(predicted_seconds({0, 1e9, {{"L2", 1e6}}}, 2, 2, two_levels()).first, 16e-3);
}

TEST(Chooser, SortsEveryCandidateAndMeasuresTheBest) {
  Calibration calibration = two_levels();
  calibration.engines = {{"csr", 16, 8e9}, {"connection_list", 16, 2e9}, {"no_such_engine", 16, 1e12}};
  const Machine machine = detect_machine(1);
  Workbench workbench;
  const ChoiceRequest request{
      "mlp:widths=64x4,density=0.2,seed=3", "random:count=32", {"by_target", "by_source"}, 20, 2, 1};
  const std::vector<Choice> choices = choose(request, calibration, machine, workbench);
  ASSERT_EQ(choices.size(), 3U);  // csr has one order, connection_list both
  for (size_t k = 0; k < choices.size(); ++k) {
    EXPECT_GE(choices[k].predicted_seconds, k == 0 ? 0 : choices[k - 1].predicted_seconds);
    EXPECT_EQ(std::isnan(choices[k].seconds), choices[k].status != "ok") << choices[k].status;
  }
  EXPECT_EQ(choices.front().engine, "csr");
  EXPECT_EQ(choices[0].status, "ok");
  EXPECT_EQ(choices[1].status, "ok");
  EXPECT_EQ(choices[2].status, "not measured");
}

TEST(Chooser, MeasuresTheBestOfThreeEnginesFirst) {
  std::vector<Choice> choices;
  for (const char* engine : {"a", "a", "b", "a", "c", "d"}) {
    Choice choice;
    choice.engine = engine;
    choices.push_back(choice);
  }
  EXPECT_EQ(to_be_measured(choices, 2), (std::vector<size_t>{0, 2}));
  EXPECT_EQ(to_be_measured(choices, 3), (std::vector<size_t>{0, 2, 4}));
  EXPECT_EQ(to_be_measured(choices, 4), (std::vector<size_t>{0, 2, 4, 1}));
  EXPECT_EQ(to_be_measured(choices, 9).size(), 6U);
  EXPECT_TRUE(to_be_measured(choices, 0).empty());
}

TEST(EngineRates, EveryGeneralEngineHasARateAtEveryTile) {
  const std::vector<EngineRate> rates = measure_engine_rates(0);
  size_t of_csr = 0;
  for (const EngineRate& rate : rates) {
    EXPECT_GT(rate.flops_a_second, 0) << rate.engine;
    of_csr += rate.engine == "csr" ? 1 : 0;
  }
  EXPECT_EQ(of_csr, calibrated_tiles().size());
}

}  // namespace
}  // namespace sparsio
