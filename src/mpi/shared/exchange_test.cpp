// Who receives what, without sending it: by hand in a table, and as a property of random levels. Asserts:
//   - the table, with a neighbour that gets nothing, a rank that owns nothing, and one that neither owns nor reads;
//   - what a rank sends another is what that one receives, value by value in the same order, and nothing else goes:
//   each
//     value to every rank that reads it but its owner.
#include "mpi/shared/exchange.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "mpi/shared/levels_fixture.hpp"

namespace sparsio {
namespace {

using Table = std::map<std::pair<int, int>, std::vector<uint32_t>>;  // from and to -> values

/// As the senders have it, and as the receivers have it.
std::pair<Table, Table> tables_of(const ReadLevel& level, int ranks) {
  Table sent;
  Table received;
  for (int rank = 0; rank < ranks; ++rank) {
    const LevelShare share = share_of_level(rank, level.owner, level.readers);
    const auto value = [&](uint32_t row) {
      return row < share.own.size() ? share.own[row] : share.ghosts[row - share.own.size()];
    };
    for (const auto& [to, rows] : share.pattern.sends)
      for (const uint32_t row : rows) sent[{rank, to}].push_back(value(row));
    for (const auto& [from, rows] : share.pattern.receives)
      for (const uint32_t row : rows) received[{from, rank}].push_back(value(row));
  }
  return {sent, received};
}

TEST(Exchange, ATableOfWhoReceivesWhat) {
  // Rank 3 reads and owns nothing, rank 4 neither; 1 and 2 have nothing for each other, and nobody reads value 5.
  const ReadLevel level = level_of({0, 1, 0, 2, 1, 2, 0}, {{0, 1}, {0, 1}, {1, 2, 3}, {2}, {0, 3}, {}, {1}});
  const Table table = {{{0, 1}, {0, 2, 6}}, {{0, 2}, {2}}, {{0, 3}, {2}}, {{1, 0}, {1, 4}}, {{1, 3}, {4}}};
  const auto [sent, received] = tables_of(level, 5);
  EXPECT_EQ(sent, table);
  EXPECT_EQ(received, table);
  const LevelShare third = share_of_level(3, level.owner, level.readers);
  EXPECT_TRUE(third.own.empty());
  EXPECT_EQ(third.ghosts, (std::vector<uint32_t>{2, 4}));
  EXPECT_TRUE(third.pattern.sends.empty());
  EXPECT_EQ(share_of_level(4, level.owner, level.readers).rows(), 0U);
}

TEST(Exchange, BothSidesOfEveryMessageAgreeAndNothingElseGoes) {
  for (const int ranks : {1, 2, 3, 8, 40})
    for (uint64_t seed = 0; seed < 20; ++seed) {
      const ReadLevel level = random_level(seed, ranks);
      std::map<std::pair<int, int>, std::vector<uint32_t>> expected;
      for (uint32_t v = 0; v < level.owner.size(); ++v)
        for (const uint32_t reader : level.readers.of(v))
          if (reader != level.owner[v])
            expected[{static_cast<int>(level.owner[v]), static_cast<int>(reader)}].push_back(v);
      const auto [sent, received] = tables_of(level, ranks);
      ASSERT_EQ(sent, expected) << seed;
      ASSERT_EQ(received, expected) << seed;
    }
}

}  // namespace
}  // namespace sparsio
