// The verdict on answers whose rightness is known: right, off by little, wrong, and no number at all.
#include "driver/shared/verify.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace sparsio {
namespace {

/// Gives the values it was made with, for two inputs of two outputs.
class Answers final : public Engine {
 public:
  explicit Answers(std::vector<double> values) : values_(std::move(values)) {}
  void prepare(const Plan&) override {}
  Outcome run(const Inputs& inputs, Observe, const Deadline&) override {
    Outcome outcome;
    outcome.values = values_;
    outcome.tied.assign(inputs.count, false);
    return outcome;
  }
  EngineCost cost() const override { return {}; }
  void visit(AccessVisitor&, const Worker&, InputValues) const override {}

 private:
  std::vector<double> values_;
};

Verdict verdict_on(const std::vector<double>& values) {
  Answers engine(values);
  Answers reference({1, 2, 3, 4});
  const Inputs inputs{2, 3, {0, 0}, {}, "generated"};
  return verify_values(engine, reference, inputs, 16);
}

TEST(Verify, TellsRightFromWrong) {
  EXPECT_EQ(verdict_on({1, 2, 3, 4}).status, "ok");
  EXPECT_EQ(verdict_on({1 + 1e-6, 2, 3, 4}).status, "ok");
  EXPECT_EQ(verdict_on({1, 2, 3, 4.1}).status, "incorrect");
  EXPECT_EQ(verdict_on({1, 2, 3}).status, "incorrect");
}

TEST(Verify, WhatIsNoNumberIsWrong) {
  for (const std::vector<double>& values : {std::vector<double>{NAN, 2, 3, 4},
                                            {1, NAN, 3, 4},
                                            {1, 2, NAN, 4.1},
                                            {NAN, NAN, NAN, NAN},
                                            {1, 2, 3, HUGE_VAL}}) {
    const Verdict verdict = verdict_on(values);
    EXPECT_EQ(verdict.status, "incorrect");
    EXPECT_GT(verdict.max_relative_error, 1);
  }
}

}  // namespace
}  // namespace sparsio
