// The ways of values, without sending them. Asserts, on 1, 2, 3, 4, 6, 8 and 12 ranks:
//   - a table of who receives what in each stage of a grid of four ranks;
//   - on random levels every reader ends with its values whatever the route, a rank sends only what it has by then, no
//     rank gets a value twice, both sides of every message agree, and a rank sends at most (radix - 1) messages a
//     stage;
//   - the direct route is share_of_level().
#include "mpi/shared/route.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "mpi/shared/levels_fixture.hpp"

namespace sparsio {
namespace {

using Table = std::map<std::tuple<size_t, int, int>, std::vector<uint32_t>>;  // stage, from, to -> values

struct Tables {
  Table sent;
  Table received;
};

Tables tables_of(const ReadLevel& level, int ranks, const Route& route) {
  Tables tables;
  for (int rank = 0; rank < ranks; ++rank) {
    const RoutedShare share = routed_share(rank, level.owner, level.readers, route);
    const auto value = [&](uint32_t row) {
      return row < share.own.size() ? share.own[row] : share.ghosts[row - share.own.size()];
    };
    for (size_t stage = 0; stage < share.stages.size(); ++stage) {
      for (const auto& [to, rows] : share.stages[stage].sends)
        for (const uint32_t row : rows) tables.sent[{stage, rank, to}].push_back(value(row));
      for (const auto& [from, rows] : share.stages[stage].receives)
        for (const uint32_t row : rows) tables.received[{stage, from, rank}].push_back(value(row));
    }
  }
  return tables;
}

TEST(Route, ATableOfWhoReceivesWhatInAGrid) {
  // Ranks 0 1 over 2 3. Value 0 of rank 0 goes to all, value 1 of rank 0 to rank 3 by rank 1, value 2 of rank 3 to 2.
  const ReadLevel level = level_of({0, 0, 3}, {{0, 1, 2, 3}, {3}, {2}});
  const Tables tables = tables_of(level, 4, Route::named("grid", 4));
  const Table table = {{{0, 0, 1}, {0, 1}}, {{1, 0, 2}, {0}}, {{1, 1, 3}, {0, 1}}, {{0, 3, 2}, {2}}};
  EXPECT_EQ(tables.sent, table);
  EXPECT_EQ(tables.received, table);
}

TEST(Route, StagesAreTheFactorsOfTheRanks) {
  EXPECT_EQ(Route::named("stages", 8).stages(), 3U);
  EXPECT_EQ(Route::named("stages", 12).stages(), 3U);
  EXPECT_EQ(Route::named("stages", 7).stages(), 1U);
  EXPECT_EQ(Route::named("stages", 1).stages(), 1U);
  EXPECT_EQ(Route::named("grid", 8).stages(), 2U);
  EXPECT_EQ(Route::named("grid", 7).stages(), 1U);
  EXPECT_EQ(Route::named("direct", 8).stages(), 1U);
}

TEST(Route, EveryReaderGetsItsValuesOnceAndFromWhoHasThem) {
  const std::map<std::string, std::map<int, size_t>> most_messages = {
      {"direct", {{8, 7}}}, {"grid", {{8, 4}, {4, 2}, {12, 5}}}, {"stages", {{8, 3}, {4, 2}, {12, 4}}}};
  for (const char* name : {"direct", "grid", "stages"})
    for (const int ranks : {1, 2, 3, 4, 6, 8, 12})
      for (uint64_t seed = 0; seed < 20; ++seed) {
        SCOPED_TRACE(std::string(name) + ", " + std::to_string(ranks) + " ranks, seed " + std::to_string(seed));
        const ReadLevel level = random_level(seed, ranks);
        const Tables tables = tables_of(level, ranks, Route::named(name, static_cast<uint32_t>(ranks)));
        ASSERT_EQ(tables.sent, tables.received);
        std::vector<std::set<uint32_t>> has(static_cast<size_t>(ranks));
        for (uint32_t v = 0; v < level.owner.size(); ++v) has[level.owner[v]].insert(v);
        std::map<int, size_t> messages;
        auto message = tables.sent.begin();
        for (size_t stage = 0; message != tables.sent.end(); ++stage) {
          const auto before = has;
          for (; message != tables.sent.end() && std::get<0>(message->first) == stage; ++message) {
            const auto [of_stage, from, to] = message->first;
            ++messages[from];
            for (const uint32_t v : message->second) {
              ASSERT_TRUE(before[static_cast<size_t>(from)].contains(v));
              ASSERT_TRUE(has[static_cast<size_t>(to)].insert(v).second) << "twice";
            }
          }
        }
        for (uint32_t v = 0; v < level.owner.size(); ++v)
          for (const uint32_t reader : level.readers.of(v)) ASSERT_TRUE(has[reader].contains(v));
        const auto& most = most_messages.at(name);
        for (const auto& [from, sent] : messages) {
          ASSERT_LE(sent, most.contains(ranks) ? most.at(ranks) : static_cast<size_t>(ranks - 1));
        }
      }
}

TEST(Route, DirectIsTheShareOfTheLevel) {
  for (const int ranks : {1, 2, 3, 8})
    for (uint64_t seed = 0; seed < 20; ++seed)
      for (int rank = 0; rank < ranks; ++rank) {
        const ReadLevel level = random_level(seed, ranks);
        const LevelShare plain = share_of_level(rank, level.owner, level.readers);
        const RoutedShare routed = routed_share(rank, level.owner, level.readers, Route(static_cast<uint32_t>(ranks)));
        ASSERT_EQ(routed.own, plain.own);
        ASSERT_EQ(routed.ghosts, plain.ghosts);
        ASSERT_EQ(routed.stages.size(), 1U);
        const auto is_same = [](const auto& a, const auto& b) { return a.rank == b.rank && a.rows == b.rows; };
        const ExchangePattern& pattern = routed.stages.front();
        ASSERT_TRUE(std::equal(pattern.sends.begin(), pattern.sends.end(), plain.pattern.sends.begin(),
                               plain.pattern.sends.end(), is_same));
        ASSERT_TRUE(std::equal(pattern.receives.begin(), pattern.receives.end(), plain.pattern.receives.begin(),
                               plain.pattern.receives.end(), is_same));
      }
}

}  // namespace
}  // namespace sparsio
