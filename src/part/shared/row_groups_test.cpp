// RowGroups. Asserts:
//   - every row is in one piece, and all rows of a piece have the same sources;
//   - where whole groups of twins can be even, no group is cut; where they cannot, some are;
//   - what `most` allows can be kept.
#include "part/shared/row_groups.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "part/shared/random_layers_fixture.hpp"

namespace sparsio {
namespace {

/// `groups` groups of `twins` targets that read two sources of their own.
Layer of_twins(uint32_t groups, uint32_t twins) {
  Layer layer;
  layer.sources = 2 * groups;
  layer.targets = groups * twins;
  layer.begin = {0};
  for (uint32_t t = 0; t < layer.targets; ++t) {
    layer.source.insert(layer.source.end(), {2 * (t % groups), 2 * (t % groups) + 1});
    layer.begin.push_back(layer.source.size());
  }
  return layer;
}

TEST(RowGroups, HoldEveryRowOnceAndTwinsOnly) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    GivenLayers network = layers_at_random(seed, 20);
    Layer layer;
    while (network.next(layer)) {
      const RowGroups pieces = pieces_of(layer, static_cast<uint32_t>(1 + seed % 6), 0.1);
      std::vector<uint32_t> rows;
      for (size_t piece = 0; piece < pieces.count(); ++piece) {
        uint64_t connections = 0;
        for (const uint32_t row : pieces.rows[piece]) {
          rows.push_back(row);
          connections += layer.sources_of(row).size();
          ASSERT_TRUE(std::ranges::equal(layer.sources_of(row), layer.sources_of(pieces.rows[piece][0]))) << seed;
        }
        ASSERT_EQ(pieces.connections[piece], connections) << seed;
      }
      std::sort(rows.begin(), rows.end());
      ASSERT_EQ(rows.size(), layer.targets) << seed;
      for (uint32_t row = 0; row < layer.targets; ++row) ASSERT_EQ(rows[row], row) << seed;
      ASSERT_GE(pieces.most * (1 + seed % 6), layer.connections()) << seed;
    }
  }
}

TEST(RowGroups, TwinsStayTogetherWhereTheyCanBeEven) {
  EXPECT_EQ(pieces_of(of_twins(64, 16), 8, 0.03).count(), 64U);
  EXPECT_EQ(pieces_of(of_twins(64, 16), 7, 0.1).count(), 64U);
  // 1024 rows for 7: 147 or fewer are even, 9 groups are 144 and 10 are 160; in halves 18 are 144 and 19 are 152; in
  // quarters 37 are 148.
  EXPECT_EQ(pieces_of(of_twins(64, 16), 7, 0.03).count(), 256U);
}

TEST(RowGroups, RowsTooHeavyForTheShareSetWhatIsAllowed) {
  Layer layer;
  layer.sources = 10;
  layer.targets = 3;
  layer.begin = {0, 10, 12, 13};
  layer.source = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 4};
  EXPECT_EQ(pieces_of(layer, 2, 0.03).most, 10U);
  EXPECT_EQ(pieces_of(layer, 1, 0.03).most, 13U);
}

}  // namespace
}  // namespace sparsio
