// SIGKILL at random moments of a sweep: the same command finishes the rest, no finished row is lost, none is there
// twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/random.hpp"
#include "cli/program_fixture.hpp"
#include "record/journal.hpp"
#include "run/schema.hpp"

namespace sparsio {
namespace {

/// run id -> when it was started, of the rows that are finished, from `export --csv`. Fails on a row that is there
/// twice.
std::map<std::string, std::string> finished_rows(const std::string& results) {
  const Ran ran = run_program({"export", results, "--csv"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  std::map<std::string, std::string> rows;
  std::set<std::string> seen;
  std::istringstream lines(ran.out);
  std::string line;
  std::getline(lines, line);
  EXPECT_TRUE(line.starts_with("run,status,error,config,host,revision,started,")) << line;
  while (std::getline(lines, line)) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    EXPECT_GE(cells.size(), 7U) << line;
    EXPECT_TRUE(seen.insert(cells[0]).second) << "twice: " << cells[0];
    if (cells[1] == "ok") rows.emplace(cells[0], cells[6]);
  }
  return rows;
}

TEST(Kill, AtAnyMomentLosesAtMostTheCaseInFlight) {
  const TestFolder folder;
  const std::string config = folder.put("kill.toml",
                                        "network = ['mlp:widths=200x4,density=0.2', 'mlp:widths=150x5,density=0.3']\n"
                                        "memory = [5, 10, 20, 40, 80, 160]\npolicy = ['lru', 'rr', 'min']\n"
                                        "order = ['by_target', 'by_source', 'blocks']\n");
  const std::string results = folder / "kill.h5";
  constexpr size_t cases = 2 * 6 * 3 * 3;
  std::map<std::string, std::string> before;
  int kills = 0;
  RandomStream random(20, 1);
  for (int attempt = 0; attempt < 60 && before.size() < cases; ++attempt) {
    const pid_t child = start_program({"run", config, "--out", results}, folder / "out", folder / "err");
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random.below(120)));  // the moment of the kill
    kill(child, SIGKILL);
    const int code = wait_for(child);
    kills += code == -SIGKILL ? 1 : 0;
    if (!std::filesystem::exists(results) && !std::filesystem::exists(results + ".journal")) continue;
    const auto after = finished_rows(results);
    for (const auto& [run, started] : before) {
      const auto found = after.find(run);
      ASSERT_NE(found, after.end()) << "a finished row was lost";
      ASSERT_EQ(found->second, started) << "a finished row was run again";
    }
    before = after;
  }
  EXPECT_GT(kills, 0);
  // What was killed twice becomes an error row first, and is tried again by the run after.
  const int code = run_program({"run", config, "--out", results}).code;
  ASSERT_TRUE(code == 0 || run_program({"run", config, "--out", results}).code == 0);
  EXPECT_EQ(finished_rows(results).size(), cases);
  EXPECT_FALSE(std::filesystem::exists(results + ".journal"));
}

/// Rounds and cases that the journal of a sweep has; -1 where there is none.
int64_t steps_in(const std::string& results) {
  if (!std::filesystem::exists(results + ".journal")) return -1;
  const JournalContents journal = read_journal(results + ".journal", run_schema());
  auto steps = static_cast<int64_t>(journal.finished.size());
  for (const auto& [run, rounds] : journal.rounds) steps += static_cast<int64_t>(rounds.size());
  return steps;
}

/// Until the journal has more of them than `before`, or is gone again because the sweep has ended; however slow the
/// machine is.
void wait_for_another_step(const std::string& results, int64_t before) {
  for (int tries = 0; tries < 10000; ++tries) {
    const int64_t now = steps_in(results);
    if (now > std::max<int64_t>(before, 0) || (now == -1 && std::filesystem::exists(results))) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

TEST(Kill, InARoundLosesAtMostThatRound) {
  const TestFolder folder;
  const std::string config = folder.put("rounds.toml",
                                        "network = 'mlp:widths=100x4,density=0.2'\ninputs = 'images:count=1600'\n"
                                        "memory = 50\nthreads = 1\nengine = ['csr', 'connection_list', 'reference']\n"
                                        "panel = [8, 16]\nrepetitions = 10\nrounds = 5\nwarmup = 0\nverify = 1\n");
  const std::string results = folder / "rounds.h5";
  constexpr size_t cases = 6;
  std::map<std::string, std::vector<RoundOfCase>> before;
  int kills = 0;
  uint64_t rounds_seen = 0;
  RandomStream random(21, 1);
  for (int attempt = 0; attempt < 40; ++attempt) {
    const pid_t child = start_program({"run", config, "--out", results}, folder / "out", folder / "err");
    wait_for_another_step(results, steps_in(results));
    std::this_thread::sleep_for(std::chrono::milliseconds(random.below(40)));  // the moment of the kill
    kill(child, SIGKILL);
    kills += wait_for(child) == -SIGKILL ? 1 : 0;
    if (!std::filesystem::exists(results) && !std::filesystem::exists(results + ".journal")) continue;
    const JournalContents journal = read_journal(results + ".journal", run_schema());
    std::map<std::string, std::vector<RoundOfCase>> after = journal.rounds;
    for (const auto& [run, rounds] : before) {
      std::vector<Sample> now;  // of that case, wherever they are
      for (const RoundOfCase& round : after[run]) now.insert(now.end(), round.samples.begin(), round.samples.end());
      for (const FinishedCase& done : journal.finished)
        if (done.run == run) now = done.samples;
      if (std::filesystem::exists(results))
        for (const Sample& sample : read_results(results, run_schema()).samples)
          if (sample.run == run) now.push_back(sample);
      for (const RoundOfCase& round : rounds)
        for (const Sample& sample : round.samples) {
          ++rounds_seen;
          ASSERT_EQ(std::count(now.begin(), now.end(), sample), 1) << "a repetition was lost or is there twice";
        }
    }
    before = journal.rounds;
    if (before.empty() && finished_rows(results).size() == cases) break;
  }
  EXPECT_GT(kills, 0);
  EXPECT_GT(rounds_seen, 0U);
  const int code = run_program({"run", config, "--out", results}).code;
  ASSERT_TRUE(code == 0 || run_program({"run", config, "--out", results}).code == 0);
  EXPECT_EQ(finished_rows(results).size(), cases);
  EXPECT_EQ(read_results(results, run_schema()).samples.size(), cases * 10);
}

}  // namespace
}  // namespace sparsio
