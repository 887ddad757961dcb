// Rounds. It asserts:
//   - blocks hold every case once, cases of one network and inputs together, the others alone, in order of appearance;
//   - shares of all rounds add up to the repetitions where there are enough of them, and are never 0;
//   - an order within a round is a permutation, the same each time, another in another round or with another seed, and
//     that of a part of the block is the part of the order;
//   - a sweep in rounds ends with as many samples as asked for, each round of each case having its share, and all cases
//     take turns: no case's second round begins before every case has begun its first;
//   - its journal cut after any line, or within one, the sweep goes on and ends with every round that was there, none
//     done again; rounds made by another revision are not used.
#include "run/rounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include "disk/temporary_folder_fixture.hpp"
#include "record/journal.hpp"
#include "run/schema.hpp"
#include "sweep/run_sweep.hpp"

namespace sparsio {
namespace {

Case a_case(const std::string& network, const std::string& engine, int panel, int repetitions, int rounds) {
  Case one;
  const std::pair<const char*, std::string> values[] = {{"network", network},
                                                        {"inputs", "images:count=8"},
                                                        {"engine", engine},
                                                        {"panel", std::to_string(panel)},
                                                        {"memory", "10"},
                                                        {"threads", "1"},
                                                        {"verify", "1"},
                                                        {"warmup", "0"},
                                                        {"repetitions", std::to_string(repetitions)},
                                                        {"rounds", std::to_string(rounds)}};
  for (const auto& [key, value] : values) one.set(key, value, "test");
  return one;
}

std::vector<CaseToRun> to_run(const std::vector<Case>& cases) {
  std::vector<CaseToRun> all;
  for (const Case& one : cases) all.emplace_back(&one, run_id(one));
  return all;
}

std::vector<std::string> runs_of(const std::vector<CaseToRun>& cases) {
  std::vector<std::string> runs;
  for (const auto& [one, run] : cases) runs.push_back(run);
  return runs;
}

TEST(Rounds, BlocksHoldEveryCaseOnce) {
  const std::vector<Case> cases = {a_case("mlp:widths=9x3", "csr", 4, 6, 3), a_case("mlp:widths=9x3", "csr", 5, 6, 1),
                                   a_case("mlp:widths=8x3", "csr", 4, 6, 3), a_case("mlp:widths=9x3", "csr", 6, 6, 3),
                                   a_case("mlp:widths=9x3", "none", 4, 6, 3)};
  const auto blocks = blocks_of(to_run(cases));
  std::vector<std::vector<const Case*>> found;
  for (const auto& block : blocks) {
    found.emplace_back();
    for (const auto& [one, run] : block) found.back().push_back(one);
  }
  EXPECT_EQ(found,
            (std::vector<std::vector<const Case*>>{{&cases[0], &cases[3]}, {&cases[1]}, {&cases[2]}, {&cases[4]}}));
}

TEST(Rounds, SharesAddUp) {
  for (int rounds = 2; rounds <= 7; ++rounds)
    for (int repetitions = 1; repetitions <= 20; ++repetitions) {
      const Case one = a_case("mlp", "csr", 4, repetitions, rounds);
      uint64_t sum = 0;
      for (uint64_t round = 0; round < static_cast<uint64_t>(rounds); ++round) {
        EXPECT_GE(share_of_round(one, round), 1U);
        sum += share_of_round(one, round);
      }
      EXPECT_EQ(sum, static_cast<uint64_t>(std::max(repetitions, rounds)));
      EXPECT_GE(share_of_round(one, static_cast<uint64_t>(rounds)), 1U);
    }
}

TEST(Rounds, TheOrderIsRandomAndRepeatable) {
  std::vector<Case> cases;
  for (int panel = 1; panel <= 12; ++panel) cases.push_back(a_case("mlp", "csr", panel, 6, 3));
  const auto block = to_run(cases);
  const auto first = runs_of(shuffled(block, 0));
  EXPECT_EQ(first, runs_of(shuffled(block, 0)));
  EXPECT_NE(first, runs_of(shuffled(block, 1)));
  EXPECT_NE(first, runs_of(block));
  const auto given = runs_of(block);
  EXPECT_TRUE(std::is_permutation(first.begin(), first.end(), given.begin(), given.end()));
  // The case that leaves does not move the others.
  const auto without = runs_of(shuffled({block.begin() + 1, block.end()}, 0));
  auto rest = first;
  rest.erase(std::find(rest.begin(), rest.end(), block[0].second));
  EXPECT_EQ(without, rest);
  for (Case& one : cases) one.set("rounds_seed", "2", "test");
  EXPECT_NE(runs_of(shuffled(block, 0)), first);  // same run ids, another seed
}

class RoundsOfSweep : public testing::Test {
 protected:
  RoundsOfSweep() {
    for (const char* engine : {"csr", "reference", "connection_list"})
      for (const int panel : {4, 8}) sweep_.cases.push_back(a_case("mlp:widths=9x3,density=0.5", engine, panel, 6, 3));
  }

  SweepSummary run(std::ostream& log, const std::atomic<bool>* interrupted = nullptr) {
    SweepRequest request;
    request.config = "test.toml";
    request.out = folder_ / "r.h5";
    request.interrupted = interrupted;
    return run_sweep(sweep_, request, log, *Registry<CommunicatorKind>::instance().find("alone", "test").kind.join());
  }

  TemporaryFolder folder_;
  Sweep sweep_;
};

TEST_F(RoundsOfSweep, TakeTurnsAndKeepEverySample) {
  std::ostringstream log;
  EXPECT_EQ(run(log).not_ok, 0U) << log.str();
  const Results results = read_all_results(folder_ / "r.h5");
  ASSERT_EQ(results.runs.size(), 6U);
  ASSERT_EQ(results.samples.size(), 36U);
  std::map<int64_t, std::pair<double, double>> spans;  // of each round: when its first and last repetition began
  std::map<std::string, std::map<int64_t, int>> counts;
  for (const Sample& sample : results.samples) {
    auto [at, is_new] = spans.try_emplace(sample.round, sample.began, sample.began);
    at->second.first = std::min(at->second.first, sample.began);
    at->second.second = std::max(at->second.second, sample.began);
    ++counts[sample.run][sample.round];
  }
  ASSERT_EQ(spans.size(), 3U);
  EXPECT_LE(spans[0].second, spans[1].first);
  EXPECT_LE(spans[1].second, spans[2].first);
  for (const auto& [of_run, of_round] : counts) EXPECT_EQ(of_round, (std::map<int64_t, int>{{0, 2}, {1, 2}, {2, 2}}));
  for (const Record& row : results.runs) {
    EXPECT_EQ(row.real("timed_runs"), 6);
    EXPECT_EQ(row.text("seconds_interval"), "values 1 and 6 of 6, coverage 0.969");
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "r.h5.journal"));
}

/// A log that asks for the end as soon as a row is finished (then progress flushes it).
class StopAtFirstRow : public std::stringbuf {
 public:
  int sync() override {
    interrupted = true;
    return 0;
  }
  std::atomic<bool> interrupted{false};
};

TEST_F(RoundsOfSweep, CutAnywhereGoOnWhereTheyEnded) {
  StopAtFirstRow buffer;
  std::ostream log(&buffer);
  EXPECT_TRUE(run(log, &buffer.interrupted).was_interrupted);
  const std::string journal = folder_ / "r.h5.journal";
  std::ifstream file(journal);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line + "\n");
  ASSERT_GE(lines.size(), 27U);  // header, 12 rounds with their starts, and a last one
  uint64_t kept = 0;
  for (size_t cut = 1; cut < lines.size(); cut += 3) {
    std::filesystem::remove(folder_ / "r.h5");
    std::string text;
    for (size_t k = 0; k < cut; ++k) text += lines[k];
    folder_.put("r.h5.journal", text + lines[cut].substr(0, lines[cut].size() / 2));  // and half a line
    const JournalContents before = read_journal(journal, run_schema());
    std::ostringstream talk;
    EXPECT_EQ(run(talk).not_ok, 0U) << talk.str();
    const Results results = read_all_results(folder_ / "r.h5");
    EXPECT_EQ(results.samples.size(), 36U);
    for (const auto& [of_run, rounds] : before.rounds)
      for (const RoundOfCase& round : rounds)
        for (const Sample& sample : round.samples) {
          EXPECT_EQ(std::count(results.samples.begin(), results.samples.end(), sample), 1) << cut;
          ++kept;
        }
    EXPECT_FALSE(std::filesystem::exists(journal));
  }
  EXPECT_GT(kept, 50U);
}

TEST_F(RoundsOfSweep, OfAnotherRevisionAreNotAddedUp) {
  const std::string of_run = run_id(sweep_.cases[0]);
  Sample sample{of_run, 0, 0, 0, 1e6};
  {
    Journal journal(folder_ / "r.h5.journal");
    journal.round({of_run, 0, "another host", "another revision", {sample}});
  }
  std::ostringstream log;
  EXPECT_EQ(run(log).not_ok, 0U);
  EXPECT_NE(log.str().find("rounds of 1 cases were made on another machine"), std::string::npos) << log.str();
  for (const Sample& one : read_all_results(folder_ / "r.h5").samples) EXPECT_LT(one.seconds, 1e5);
}

}  // namespace
}  // namespace sparsio
