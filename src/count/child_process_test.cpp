// A child's environment: ours and what is added, and no word of a launcher of MPI programs. How it ends, and what does
// not end it.
#include "count/child_process.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "net/plan.hpp"

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

}  // namespace
}  // namespace sparsio
