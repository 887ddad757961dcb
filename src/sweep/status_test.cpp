// What status says of files, journals and tasks in every state.
#include "sweep/status.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "base/error.hpp"
#include "base/utc_time.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "record/journal.hpp"
#include "run/schema.hpp"

namespace sparsio {
namespace {

Record row(const std::string& run, const std::string& status, const std::string& error = "") {
  Record record(run_schema());
  record.set("run", run);
  record.set("status", status);
  record.set("error", error);
  record.set("started", utc_time());
  return record;
}

TEST(Status, CountsEveryCaseOnceAcrossFileJournalAndTasks) {
  const TemporaryFolder folder;
  const std::string out = folder / "a.h5";
  std::filesystem::create_directories(folder / "a.tasks/1");
  Results results;
  results.runs = {row("ok1", "ok"), row("bad", "error", "no such file"), row("other", "ok")};
  write_results(out, run_schema(), results);
  Results task;
  task.runs = {row("ok2", "ok"), row("cannot", "unsupported"), row("late", "timeout", "600 s")};
  write_results(folder / "a.tasks/1/task-1.h5", run_schema(), task);
  {
    Journal killed(folder / "a.tasks/1/task-2.h5.journal");
    killed.started("half", "");
  }
  Journal running(folder / "a.tasks/1/task-3.h5.journal");
  running.started("ok3", "");
  running.finished("ok3", row("ok3", "ok"), {});
  running.started("now", "");
  const std::vector<std::string> runs = {"ok1", "ok2", "ok3", "bad", "cannot", "late", "half", "now", "never", "nor"};
  const SweepStatus status = sweep_status(out, runs);
  EXPECT_EQ(status.files, 4U);
  EXPECT_EQ(status.ok, 3U);
  EXPECT_EQ(status.unsupported, 1U);
  EXPECT_EQ(status.failed, (std::map<std::string, uint64_t>{{"error: no such file", 1}, {"timeout: 600 s", 1}}));
  EXPECT_EQ(status.running, 1U);
  EXPECT_EQ(status.interrupted, 1U);
  EXPECT_EQ(status.missing, (std::vector<std::string>{"never", "nor"}));
  EXPECT_EQ(status.foreign, 1U);
  EXPECT_EQ(status.rows() + status.running + status.interrupted + status.missing.size(), runs.size());
  EXPECT_GT(status.seconds_left, 0);
}

TEST(Status, WithoutAConfigDoesNotClaimToKnowWhatIsMissing) {
  const TemporaryFolder folder;
  Results results;
  results.runs = {row("a", "ok")};
  write_results(folder / "a.h5", run_schema(), results);
  const SweepStatus status = sweep_status(folder / "a.h5", {});
  EXPECT_FALSE(status.knows_missing);
  EXPECT_EQ(status.rows(), 1U);
  EXPECT_TRUE(std::isnan(status.seconds_left));
  EXPECT_THROW(sweep_status(folder / "none.h5", {}), BadInput);
  EXPECT_EQ(sweep_status(folder / "none.h5", {"a"}).missing.size(), 1U);
}

}  // namespace
}  // namespace sparsio
