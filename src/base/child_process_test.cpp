// A child's environment: ours and what is added, and no word of a launcher of MPI programs. How it ends, and what does
// not end it.
#include "base/child_process.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/deadline.hpp"

namespace sparsio {
namespace {

TEST(ChildProcess, IsNoRankOfItsParentsLaunch) {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "OMPI_MCA_orte_ess_num_procs", "PMIX_RANK", "PMI_RANK"})
    setenv(name, "1", 1);
  setenv("SPARSIO_KEPT", "ours", 1);
  const std::string log = testing::TempDir() + "/sparsio-child-" + std::to_string(getpid());
  const ChildResult result = run_child({find_program("env")}, {"SPARSIO_ADDED=new"}, log, Deadline(30));
  ASSERT_EQ(result.end, ChildEnd::exited);
  EXPECT_EQ(result.code, 0);
  std::ifstream file(log);
  std::set<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    for (const char* prefix : {"OMPI_", "PMIX_", "PMI_"}) EXPECT_FALSE(line.starts_with(prefix)) << line;
    lines.insert(line);
  }
  EXPECT_EQ(lines.count("SPARSIO_KEPT=ours"), 1U);
  EXPECT_EQ(lines.count("SPARSIO_ADDED=new"), 1U);
  std::filesystem::remove(log);
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "OMPI_MCA_orte_ess_num_procs", "PMIX_RANK", "PMI_RANK"})
    unsetenv(name);
}

ChildResult shell(const std::string& line) {
  return run_child({"/bin/sh", "-c", line}, {"SAID=7"}, "/dev/null", Deadline(60));
}

TEST(ChildProcess, EndsAsItSays) {
  const ChildResult left = shell("exit $SAID");
  EXPECT_EQ(left.end, ChildEnd::exited);
  EXPECT_EQ(left.code, 7);
  const ChildResult killed = shell("kill -KILL $$");
  EXPECT_EQ(killed.end, ChildEnd::signalled);
  EXPECT_EQ(killed.code, 9);
  EXPECT_EQ(run_child({"/no/such/program"}, {}, "/dev/null", Deadline(60)).end, ChildEnd::not_started);
}

TEST(ChildProcess, OutlivesWhatEndsASweepAfterTheCaseInFlight) {
  const ChildResult left = shell("kill -INT $$; kill -TERM $$; kill -USR1 $$; exit 3");
  EXPECT_EQ(left.end, ChildEnd::exited);
  EXPECT_EQ(left.code, 3);
}

// Run by the test below in a process of its own: says that it is there, and would stay for ever.
TEST(ChildProcess, DISABLED_StaysUntilItsParentEnds) {
  end_with_parent();
  ASSERT_EQ(write(std::atoi(std::getenv("SAY_TO")), "!", 1), 1);
  while (true) pause();
}

TEST(ChildProcess, EndsWhenItsParentIsKilled) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const pid_t parent = fork();
  if (parent == 0) {
    run_child({self, "--gtest_also_run_disabled_tests", "--gtest_filter=ChildProcess.DISABLED_*"},
              {"SAY_TO=" + std::to_string(ends[1])}, "/dev/null", Deadline(600));
    _exit(0);
  }
  close(ends[1]);
  const auto next_byte = [&] {
    pollfd said{ends[0], POLLIN, 0};
    char byte = 0;
    return poll(&said, 1, 120'000) == 1 ? read(ends[0], &byte, 1) : ssize_t{-1};
  };
  ASSERT_EQ(next_byte(), 1);
  kill(parent, SIGKILL);
  ASSERT_EQ(waitpid(parent, nullptr, 0), parent);
  EXPECT_EQ(next_byte(), 0) << "the writing end is still open: the child lives";
  close(ends[0]);
}

}  // namespace
}  // namespace sparsio
