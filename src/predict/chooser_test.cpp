// The chooser's candidates on a small network, which of them it measures, and what it says afterwards: which were far
// from their predictions, too.
#include "predict/chooser.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace sparsio {
namespace {

Calibration two_levels() {
  Calibration calibration;
  calibration.reads = {{"L1", 1 << 15, 64e9, 128e9}, {"L2", 1 << 20, 32e9, 64e9}, {"memory", 1 << 28, 8e9, 8e9}};
  return calibration;
}

TEST(Chooser, SortsEveryCandidateAndMeasuresTheBest) {
  Calibration calibration = two_levels();
  calibration.engines = {{"csr", 16, 8e9, {{"connection", 4e-9}}, 0},
                         {"connection_list", 16, 2e9, {{"connection", 16e-9}}, 0},
                         {"no_such_engine", 16, 1e12, {{"connection", 1e-12}}, 0}};
  const Machine machine = detect_machine(1);
  CaseCache cache;
  const ChoiceRequest request{
      "mlp:widths=64x4,density=0.2,seed=3", "random:count=32", {"by_target", "by_source"}, 20, 2, 1};
  const std::vector<Choice> choices = choose(request, calibration, machine, cache);
  ASSERT_EQ(choices.size(), 3U);  // csr has one order, connection_list both
  for (size_t k = 0; k < choices.size(); ++k) {
    EXPECT_GE(choices[k].predicted_seconds, k == 0 ? 0 : choices[k - 1].predicted_seconds);
    EXPECT_EQ(std::isnan(choices[k].measured.median), choices[k].status != "ok") << choices[k].status;
  }
  EXPECT_EQ(choices.front().engine, "csr");
  EXPECT_EQ(choices[0].status, "ok");
  EXPECT_EQ(choices[1].status, "ok");
  EXPECT_EQ(choices[2].status, "not measured");
}

TEST(Chooser, SaysWhichMeasurementsAreFarFromTheirPredictions) {
  const auto choice = [](const char* engine, double predicted, double measured, const char* status) {
    Choice one;
    one.engine = engine;
    one.order = "by_target";
    one.panel = 48;
    one.predicted_seconds = predicted;
    one.measured.median = measured;
    one.status = status;
    return one;
  };
  const std::vector<Choice> near = {choice("a", 1, 1.9, "ok"), choice("b", 1, 0.6, "ok"),
                                    choice("c", 1, 5, "incorrect"), choice("d", 1, NAN, "not measured")};
  EXPECT_TRUE(surprises(near).empty());
  EXPECT_EQ(surprises({near[0], choice("slow", 0.1, 0.25, "ok"), choice("fast", 1, 0.1, "ok")}),
            (std::vector<std::string>{
                "slow by_target panel 48 threads 1: measured 0.25 s, predicted 0.1 s, 2.5 times as long",
                "fast by_target panel 48 threads 1: measured 0.1 s, predicted 1 s, 0.1 times as long"}));
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

TEST(Chooser, HindsightComparesTheFirstWithTheFastest) {
  EXPECT_EQ(hindsight({}).first, nullptr);
  std::vector<Choice> choices(4);
  choices[1].measured = {3, 2.5, 3.5};
  choices[2].measured = {2, 1.5, 2.4};
  choices[3].measured = {1, 1, 1};
  choices[1].status = choices[2].status = "ok";
  choices[3].status = "incorrect";
  Hindsight seen = hindsight(choices);
  EXPECT_EQ(seen.first, &choices[1]);
  EXPECT_EQ(seen.fastest, &choices[2]);
  EXPECT_DOUBLE_EQ(seen.regret, 1.5);
  EXPECT_FALSE(seen.is_tied);
  choices[2].measured.high = 2.6;
  EXPECT_TRUE(hindsight(choices).is_tied);
}

}  // namespace
}  // namespace sparsio
