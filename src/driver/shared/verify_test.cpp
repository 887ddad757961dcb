// The verdict on answers whose rightness is known: right, off by little, wrong, and no number at all.
#include "driver/shared/verify.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace sparsio {
namespace {

/// Two inputs of two outputs, each within 1e-3.
Outcome reference() {
  Outcome want;
  want.values = {1, 2, 3, 4};
  want.bounds = {1e-3, 1e-3, 1e-3, 1e-3};
  return want;
}

Verdict verdict_on(const std::vector<double>& values) {
  return verdict_on(values, reference(), 2);
}

TEST(Verify, TellsRightFromWrong) {
  EXPECT_EQ(verdict_on({1, 2, 3, 4}).status, "ok");
  EXPECT_EQ(verdict_on({1 + 0.9e-3, 2, 3, 4}).status, "ok");
  EXPECT_EQ(verdict_on({1 + 1.1e-3, 2, 3, 4}).status, "incorrect");
  EXPECT_EQ(verdict_on({1, 2, 3, 4 - 1.1e-3}).status, "incorrect");
  EXPECT_EQ(verdict_on({1, 2, 3}).status, "incorrect");
  const Verdict half = verdict_on({1, 2, 3, 4.0005});
  EXPECT_NEAR(half.share_of_bound, 0.5, 1e-9);
  EXPECT_NEAR(half.max_relative_error, 0.0005 / 4, 1e-9);
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

TEST(Verify, WhereFloatIsExactNothingIsExcused) {
  Outcome want = reference();
  want.bounds = {0, 0, 0, 0};
  EXPECT_EQ(verdict_on({1, 2, 3, 4}, want, 2).status, "ok");
  EXPECT_EQ(verdict_on({1, 2, 3, std::nextafter(4.0, 5.0)}, want, 2).status, "incorrect");
}

TEST(Verify, IsOkOnlyWhereSomethingWasCompared) {
  Outcome want = reference();
  want.bounds[0] = HUGE_VAL;
  EXPECT_EQ(verdict_on({7, 2, 3, 4}, want, 2).uncompared, 1U);
  EXPECT_EQ(verdict_on({7, 2, 3, 5}, want, 2).status, "incorrect");
  want.bounds[2] = want.bounds[3] = 5;  // rounding may make as much as there is
  EXPECT_THROW(verdict_on({1, 2, 3, 4}, want, 2), Unsupported);
  want.bounds[3] = 3;
  EXPECT_EQ(verdict_on({1, 2, 3, 4}, want, 2).uncompared, 1U);
}

TEST(Verify, CategoriesMayDifferOnlyWhereRoundingDecides) {
  Outcome want;
  want.values = {0, 0, 1e-7, 0, 1, 0};
  want.bounds = {0, 0, 1e-6, 0, 1e-6, 0};
  const std::vector<uint64_t> numbers = {10, 20, 30};  // dead; on the verge; alive
  EXPECT_EQ(verdict_on({0, 0, 0, 0, 1, 0}, want, 3).tied, 1U);
  EXPECT_EQ(categories_against({31}, want, numbers), "");
  EXPECT_EQ(categories_against({21, 31}, want, numbers), "");
  EXPECT_NE(categories_against({21}, want, numbers), "");
  EXPECT_NE(categories_against({11, 31}, want, numbers), "");
}

TEST(Verify, SpreadsOverAllPanelsAndColumns) {
  EXPECT_EQ(spread_over(3, 16), (std::vector<uint64_t>{0, 1, 2}));
  EXPECT_EQ(spread_over(100, 1), std::vector<uint64_t>{0});
  const auto numbers = spread_over(48 * 1000, 1000);
  std::set<uint64_t> columns;
  for (size_t k = 0; k < numbers.size(); ++k) {
    EXPECT_EQ(numbers[k] / 48, k);
    columns.insert(numbers[k] % 48);
  }
  EXPECT_EQ(columns.size(), 48U);
  EXPECT_EQ(numbers.front(), 0U);
  EXPECT_EQ(numbers.back(), 47'999U);
}

}  // namespace
}  // namespace sparsio
