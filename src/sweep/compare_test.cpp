// Comparing results, on made-up rows. It asserts:
//   - a file and itself: nothing shown, nothing changed, no regression;
//   - a clear slowdown is slower, and a regression only beyond the threshold; swapping the sides swaps the verdicts and
//     inverts the ratios;
//   - of sweeps that differ by chance alone, at most about 5 % show any difference at all, however many rows they have;
//   - three repetitions show nothing, and it says how many would do;
//   - deterministic values are compared exactly: a cost that grew is a regression, a bound that moved is not, counts by
//     another source or by papi are left alone;
//   - rows for which something else was chosen (by engine `auto`, for panel 0) are no case of both, and what is
//     deterministic may differ there; unless the sides are chosen by a key that the choice is made from, or a choice is
//     not known; a row says which engine executed;
//   - rows that are on one side alone are listed; two parts of one file are matched by the other keys; rows that cannot
//     be told apart, unknown values and files without a common case are refused;
//   - what a row has may be chosen by, though the program has no such engine or panel;
//   - a row that was ok and is not is a regression; tracks are not compared; another machine or revision is warned
//   about.
#include "sweep/compare.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/error.hpp"
#include "base/random.hpp"
#include "mpi/communicator.hpp"
#include "run/case_cache.hpp"
#include "run/run_case.hpp"
#include "run/schema.hpp"

namespace sparsio {
namespace {

struct Row {
  int panel = 1;
  std::vector<double> seconds;
  std::string engine = "csr";
  double total = 100;
};

Case case_of(const Row& row) {
  Case one;
  one.set("network", "mlp:widths=9x3", "test");
  one.set("engine", row.engine, "test");
  one.set("panel", std::to_string(row.panel), "test");
  return one;
}

void add(Side& side, const Row& row) {
  const Case one = case_of(row);
  Record record = blank_record(one, run_id(one), {"test.toml", "here", "abc"});
  record.set("status", "ok");
  record.set("total", row.total);
  record.set("lower", 50.0);
  record.set("misses_source", "simulated");
  record.set("l1_misses", 7.0);
  if (!row.seconds.empty()) record.set("seconds", median(row.seconds));
  for (size_t k = 0; k < row.seconds.size(); ++k) {
    // Two threads, of which the first is faster: the repetition is as long as the second.
    side.results.samples.push_back({run_id(one), static_cast<int64_t>(k), 0, 0, row.seconds[k] / 2});
    side.results.samples.push_back({run_id(one), static_cast<int64_t>(k), 0, 1, row.seconds[k]});
  }
  side.results.runs.push_back(std::move(record));
}

Side side_of(const std::vector<Row>& rows, const std::string& name = "a.h5") {
  Side side{name, {}, {}};
  for (const Row& row : rows) add(side, row);
  return side;
}

std::vector<double> times(double scale, uint64_t item, uint64_t count = 10) {
  RandomStream random(31, item);
  std::vector<double> seconds(count);
  for (double& one : seconds) one = scale * (1 + 0.02 * random.uniform());
  return seconds;
}

TEST(Compare, AFileAndItselfAreTheSame) {
  const Side a = side_of({{1, times(1, 1)}, {2, times(2, 2)}, {3, {}, "none"}});
  const Comparison done = compare(a, a, {});
  ASSERT_EQ(done.rows.size(), 3U);
  for (const RowComparison& row : done.rows) {
    EXPECT_TRUE(row.changes.empty());
    EXPECT_GT(row.values_compared, 20U);
    if (row.time) {
      EXPECT_EQ(row.time->verdict, Difference::none_shown);
      EXPECT_EQ(row.time->ratio.ratio, 1);
      EXPECT_EQ(row.time->larger, 0.5);
    }
  }
  EXPECT_EQ(done.rows[2].no_time, "not timed");
  EXPECT_EQ(done.regressions, 0U);
  EXPECT_TRUE(done.warnings.empty());
}

TEST(Compare, ASlowdownIsARegressionBeyondTheThreshold) {
  const Side a = side_of({{1, times(1, 1)}, {2, times(1, 2)}, {3, times(1, 3)}});
  const Side b = side_of({{1, times(1.2, 4)}, {2, times(1.03, 5)}, {3, times(0.8, 6)}});
  const Comparison done = compare(a, b, {});
  EXPECT_EQ(done.rows[0].time->verdict, Difference::slower);
  EXPECT_EQ(done.rows[1].time->verdict, Difference::slower);
  EXPECT_EQ(done.rows[2].time->verdict, Difference::faster);
  EXPECT_TRUE(done.rows[0].is_regression);
  EXPECT_FALSE(done.rows[1].is_regression);
  EXPECT_FALSE(done.rows[2].is_regression);
  EXPECT_EQ(done.regressions, 1U);
  EXPECT_EQ(compare(a, b, {0.95, 0.01}).regressions, 2U);
  EXPECT_EQ(compare(a, b, {0.95, 0.3}).regressions, 0U);
  EXPECT_GT(done.rows[0].time->ratio.low, 1.15);
  EXPECT_LT(done.rows[0].time->ratio.high, 1.25);
  const Comparison back = compare(b, a, {});
  EXPECT_EQ(back.rows[0].time->verdict, Difference::faster);
  EXPECT_EQ(back.rows[2].time->verdict, Difference::slower);
  for (size_t k = 0; k < 3; ++k) {
    EXPECT_DOUBLE_EQ(back.rows[k].time->ratio.ratio, 1 / done.rows[k].time->ratio.ratio);
    EXPECT_DOUBLE_EQ(back.rows[k].time->ratio.low, 1 / done.rows[k].time->ratio.high);
    EXPECT_DOUBLE_EQ(back.rows[k].time->larger, 1 - done.rows[k].time->larger);
    EXPECT_EQ(back.rows[k].time->p, done.rows[k].time->p);
  }
}

TEST(Compare, ChanceAloneRarelyShowsADifferenceInAnyOfManyRows) {
  int alarms = 0;
  constexpr uint64_t sweeps = 200;
  for (uint64_t sweep = 0; sweep < sweeps; ++sweep) {
    std::vector<Row> first;
    std::vector<Row> second;
    for (int panel = 1; panel <= 8; ++panel) {
      first.push_back({panel, times(1, 1000 * sweep + 2 * static_cast<uint64_t>(panel))});
      second.push_back({panel, times(1, 1000 * sweep + 2 * static_cast<uint64_t>(panel) + 1)});
    }
    const Side a = side_of(first);
    const Side b = side_of(second);
    bool any = false;
    for (const RowComparison& row : compare(a, b, {}).rows) any = any || row.time->verdict != Difference::none_shown;
    alarms += any ? 1 : 0;
  }
  EXPECT_LE(alarms, 0.05 * sweeps + 3 * std::sqrt(0.05 * sweeps));
}

TEST(Compare, FewRepetitionsShowNothingAndItSaysSo) {
  const Side a = side_of({{1, {1, 1.1, 1.2}}});
  const Side b = side_of({{1, {10, 11, 12}}});
  const Comparison done = compare(a, b, {});
  EXPECT_EQ(done.rows[0].time->verdict, Difference::none_shown);
  EXPECT_TRUE(std::isnan(done.rows[0].time->ratio.low));
  EXPECT_EQ(done.rows[0].time->ratio.ratio, 10);
  ASSERT_EQ(done.warnings.size(), 1U);
  EXPECT_EQ(done.warnings[0],
            "1 of 1 timed rows have too few repetitions to show any difference; 4 on each side would do");
}

TEST(Compare, DeterministicValuesAreComparedExactly) {
  Side a = side_of({{1, {}, "none", 100}, {2, {}, "none", 100}, {3, {}, "none", 100}});
  Side b = side_of({{1, {}, "none", 110}, {2, {}, "none", 101}, {3, {}, "none", 90}});
  b.results.runs[2].set("lower", 51.0);
  b.results.runs[1].set("l1_misses", 8.0);
  const auto changes = [&](size_t row) {
    std::string text;
    const Comparison done = compare(a, b, {});
    for (const ValueChange& change : done.rows[row].changes)
      text += change.column + " " + change.first + " " + change.second + (change.is_regression ? "! " : " ");
    return text;
  };
  EXPECT_EQ(changes(0), "total 100 110! ");
  EXPECT_EQ(changes(1), "total 100 101 l1_misses 7 8! ");
  EXPECT_EQ(changes(2), "lower 50 51 total 100 90 ");
  EXPECT_EQ(compare(a, b, {}).regressions, 2U);
  b.results.runs[1].set("misses_source", "callgrind");
  EXPECT_EQ(changes(1), "total 100 101 ");
  a.results.runs[1].set("misses_source", "papi");
  b.results.runs[1].set("misses_source", "papi");
  EXPECT_EQ(changes(1), "total 100 101 ");
}

TEST(Compare, RowsAreMatchedByTheKeysThatTheSidesAreNotChosenBy) {
  const Side a = side_of({{1, times(1, 1)}, {2, times(1, 2)}});
  const Side b = side_of({{2, times(1, 3)}, {4, times(1, 4)}});
  const Comparison done = compare(a, b, {});
  ASSERT_EQ(done.rows.size(), 1U);
  EXPECT_EQ(done.rows[0].label, "panel=2");
  EXPECT_EQ(done.only_in_first, std::vector<std::string>{"panel=1"});
  EXPECT_EQ(done.only_in_second, std::vector<std::string>{"panel=4"});

  Side both =
      side_of({{1, times(1, 1)}, {2, times(1, 2)}, {1, times(3, 3), "reference"}, {2, times(3, 4), "reference"}});
  Side part = both;
  both.selection = {{"engine", "csr"}};
  part.selection = {{"engine", "reference"}};
  const Comparison parts = compare(both, part, {});
  ASSERT_EQ(parts.rows.size(), 2U);
  for (const RowComparison& row : parts.rows) EXPECT_EQ(row.time->verdict, Difference::slower);

  part.selection = {{"engine", "latency"}};
  EXPECT_THROW(compare(both, part, {}), BadInput);
  part.selection = {{"enginee", "csr"}};
  EXPECT_THROW(compare(both, part, {}), BadInput);
  part.selection = {{"panel", "1"}};  // csr and reference are both there, and the first side chose one of them
  EXPECT_THROW(compare(both, part, {}), BadInput);
  EXPECT_THROW(compare(side_of({{1, {}}}), side_of({{2, {}}}), {}), BadInput);
  // Rows that differ in how often they were timed alone are told apart by that.
  Side twice = side_of({{1, times(1, 1)}, {1, times(1, 1)}});
  EXPECT_THROW(compare(twice, twice, {}), BadInput);
  twice.results.runs[1].set("repetitions", int64_t{10});
  EXPECT_EQ(compare(twice, twice, {}).rows.size(), 2U);
  EXPECT_EQ(compare(a, a, {}).rows.size(), 2U);
}

// Rows of jobs/peers.py: an engine that the program has not, at a panel that it does not take.
TEST(Compare, ValuesThatRowsHaveAreTakenThoughTheProgramHasThemNot) {
  Side ours = side_of({{1, times(1, 1)}});
  Side theirs = side_of({{2, times(3, 2)}});
  theirs.results.runs[0].set("engine", "scipy");
  theirs.results.runs[0].set("panel", int64_t{1536});
  ours.selection = {{"engine", "csr"}, {"panel", "1"}};
  theirs.selection = {{"engine", "scipy"}, {"panel", "1536"}};
  const Comparison done = compare(ours, theirs, {});
  ASSERT_EQ(done.rows.size(), 1U);
  EXPECT_EQ(done.rows[0].time->verdict, Difference::slower);
  theirs.selection = {{"engine", "scipi"}, {"panel", "1536"}};
  EXPECT_THROW(compare(ours, theirs, {}), BadInput);
}

TEST(Compare, WhatWasChosenIsPartOfWhatIsMatched) {
  Side a = side_of({{1, times(1, 1), "auto", 100}, {2, times(1, 2), "auto", 100}});
  Side b = side_of({{1, times(2, 3), "auto", 200}, {2, times(1, 4), "auto", 100}});
  for (Record& row : a.results.runs) row.set("engine_used", "csr");
  for (Record& row : b.results.runs) row.set("engine_used", "csr");
  EXPECT_EQ(compare(a, b, {}).regressions, 1U);  // the same was chosen: it did get worse
  b.results.runs[0].set("engine_used", "twin_tiles");
  const Comparison done = compare(a, b, {});
  EXPECT_EQ(done.regressions, 0U);
  ASSERT_EQ(done.rows.size(), 1U);
  EXPECT_EQ(done.rows[0].label, "panel=2");
  EXPECT_EQ(done.only_in_first, std::vector<std::string>{"panel=1 engine_used=csr"});
  EXPECT_EQ(done.only_in_second, std::vector<std::string>{"panel=1 engine_used=twin_tiles"});
  b.results.runs[1].set("panel_used", 32.0);
  EXPECT_EQ(compare(a, b, {}).rows.size(), 1U);  // the first does not know its panel
  a.results.runs[1].set("panel_used", 48.0);
  EXPECT_THROW(compare(a, b, {}), BadInput);  // nothing is left
  b.results.runs[0].set("engine_used", "");   // as in a file without the column
  EXPECT_EQ(compare(a, b, {}).regressions, 1U);
}

TEST(Compare, AChoiceFollowsFromTheKeyThatTheSidesAreChosenBy) {
  Side a = side_of({{1, times(1, 1), "csr"}, {1, times(1, 2), "auto"}});
  a.results.runs[0].set("engine_used", "csr");
  a.results.runs[1].set("engine_used", "twin_tiles");
  a.results.runs[0].set("panel_used", 16.0);
  a.results.runs[1].set("panel_used", 48.0);
  Side b = a;
  a.selection = {{"engine", "csr"}};
  b.selection = {{"engine", "auto"}};
  EXPECT_EQ(compare(a, b, {}).rows.size(), 1U);
}

TEST(Compare, ARowSaysWhichEngineExecuted) {
  const auto engine_used = [](const char* engine) {
    Case one = case_of({16, {}, engine});
    one.set("inputs", "random:count=16", "test");
    one.set("threads", "1", "test");
    CaseCache cache;
    const auto alone = Registry<CommunicatorKind>::instance().find("alone", "test").kind.join();
    const CaseResult done = run_case(one, run_id(one), {"test.toml", "here", "abc"}, cache, *alone);
    EXPECT_EQ(done.record.text("status"), "ok") << done.record.text("error");
    return done.record.text("engine_used");
  };
  EXPECT_EQ(engine_used("csr"), "csr");
  const std::string chosen = engine_used("auto");
  const std::set<std::string> engines = {"twin_tiles", "row_pairs", "csr", "dense", "latency"};
  EXPECT_EQ(engines.count(chosen), 1U) << chosen;
}

TEST(Compare, WhatFailsIsARegressionAndTracksAreNotCompared) {
  const Side a = side_of({{1, times(1, 1)}, {2, times(1, 2)}});
  Side b = a;
  b.name = "b.h5";
  b.results.runs[0].set("status", "timeout");
  b.results.runs[0].set("host", "there");
  const Comparison done = compare(a, b, {});
  EXPECT_TRUE(done.rows[0].is_regression);
  EXPECT_EQ(done.rows[0].no_time, "status timeout");
  EXPECT_FALSE(done.rows[1].is_regression);
  EXPECT_EQ(done.warnings, std::vector<std::string>{"host: here and here there"});
  EXPECT_EQ(compare(b, a, {}).regressions, 0U);  // it got well

  Side general = side_of({{1, times(1, 1)}});
  Side value = side_of({{1, times(1, 2)}});
  value.results.runs[0].set("track", "value");
  general.selection = {{"track", "general"}};
  value.selection = {{"track", "value"}};
  EXPECT_EQ(compare(general, value, {}).rows[0].no_time, "tracks are not compared");
}

}  // namespace
}  // namespace sparsio
