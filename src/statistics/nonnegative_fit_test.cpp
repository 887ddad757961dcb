// What was made by known costs is explained by them; where a cost would be negative it is 0 and the rest does its best.
#include "statistics/nonnegative_fit.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sparsio {
namespace {

TEST(NonnegativeFit, FindsTheCostsThatWerePaid) {
  RandomStream random(7, 0);
  const std::vector<double> cost = {3e-10, 0, 2e-9, 5e-8};
  std::vector<std::vector<double>> rows;
  std::vector<double> y;
  for (int i = 0; i < 9; ++i) {
    rows.emplace_back();
    y.push_back(0);
    for (const double one : cost) {
      rows.back().push_back(static_cast<double>(random.next() % 100000));
      y.back() += one * rows.back().back();
    }
  }
  const std::vector<double> found = nonnegative_fit(rows, y);
  for (size_t j = 0; j < cost.size(); ++j) EXPECT_NEAR(found[j], cost[j], 1e-6 * cost[j] + 1e-18) << j;
}

TEST(NonnegativeFit, NoOtherNonnegativeCostsAreNearer) {
  const std::vector<std::vector<double>> rows = {{1, 2}, {2, 3}, {3, 1}, {5, 5}};
  const std::vector<double> y = {1, 2, 8, 9};  // the second column would be negative
  const auto error = [&](const std::vector<double>& c) {
    double sum = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      const double off = (c[0] * rows[i][0] + c[1] * rows[i][1]) / y[i] - 1;
      sum += off * off;
    }
    return sum;
  };
  const std::vector<double> found = nonnegative_fit(rows, y);
  EXPECT_EQ(found[1], 0);
  for (double a = 0; a < 4; a += 0.05)
    for (double b = 0; b < 4; b += 0.05) EXPECT_GE(error({a, b}), error(found) - 1e-12) << a << ' ' << b;
}

TEST(NonnegativeFit, ColumnsThatAreOneOrNoneCostOnce) {
  const std::vector<double> found = nonnegative_fit({{1, 2, 0}, {2, 4, 0}}, {3, 6});
  EXPECT_NEAR(found[0] + 2 * found[1], 3, 1e-9);
  EXPECT_TRUE(found[0] == 0 || found[1] == 0);
  EXPECT_EQ(found[2], 0);
  EXPECT_TRUE(nonnegative_fit({}, {}).empty());
}

}  // namespace
}  // namespace sparsio
