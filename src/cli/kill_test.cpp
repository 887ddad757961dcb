// SIGKILL at random moments of a sweep: the same command finishes the rest, no finished row is lost, none is there
// twice.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "cli/program_under_test.hpp"
#include "net/random.hpp"

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
                                        "network = ['mlp:widths=400x4,density=0.2', 'mlp:widths=300x5,density=0.3']\n"
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

}  // namespace
}  // namespace sparsio
