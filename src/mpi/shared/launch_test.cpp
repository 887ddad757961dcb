// Alone, the same words mean one rank; MPI is asked for by its launchers only.
#include "mpi/shared/launch.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace sparsio {
namespace {

TEST(LaunchTest, ABatchJobIsNoLauncher) {
  setenv("SLURM_NTASKS", "4", 1);
  setenv("SLURM_PROCID", "1", 1);
  EXPECT_FALSE(is_launched());
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"}) {
    setenv(name, "1", 1);
    EXPECT_TRUE(is_launched()) << name;
    unsetenv(name);
    EXPECT_FALSE(is_launched()) << name;
  }
}

TEST(LaunchTest, AloneIsOneRank) {
  const int code = as_ranks([](Communicator& ranks) {
    EXPECT_EQ(ranks.size(), 1);
    EXPECT_EQ(ranks.rank(), 0);
    ranks.barrier();
    EXPECT_EQ(ranks.max(2.5), 2.5);
    EXPECT_EQ(ranks.sum(3), 3U);
    EXPECT_EQ(ranks.broadcast("bytes", 0), "bytes");
    EXPECT_EQ(ranks.gather("bytes", 0), std::vector<std::string>{"bytes"});
    EXPECT_EQ(ranks.part(-1), nullptr);
    EXPECT_EQ(ranks.part(2)->size(), 1);
    EXPECT_EQ(ranks.node()->size(), 1);
    const auto counter = ranks.counter();
    EXPECT_EQ(counter->next(), 0);
    EXPECT_EQ(counter->next(5), 1);
    EXPECT_EQ(counter->next(), 6);
    return 7;
  });
  EXPECT_EQ(code, 7);
}

TEST(LaunchTest, RanksThatDoNotSeeEachOtherAreSaid) {
  for (const std::string size : {"1", "4"}) {
    setenv("PMI_SIZE", size.c_str(), 1);  // without PMI_RANK: MPI can be joined once a process, and is not here
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(as_ranks([](Communicator&) { return 7; }), 7);
    const std::string said = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(said.find("warning: started as one of 4 ranks, and MPI sees 1"), size == "4" ? 0 : std::string::npos)
        << said;
    unsetenv("PMI_SIZE");
  }
}

TEST(LaunchTest, AloneAnErrorIsTheErrorItWas) {
  EXPECT_THROW(as_ranks([](Communicator& ranks) -> int {
                 together(ranks, [] { throw BadInput("here", "wrong"); });
                 return 0;
               }),
               BadInput);
}

TEST(LaunchTest, WithoutMpiSeveralRanksAreRefused) {
  if (Registry<CommunicatorKind>::instance().look_up("mpi") != nullptr) GTEST_SKIP() << "this build has MPI";
  const auto program = [](Communicator&) { return 7; };
  setenv("OMPI_COMM_WORLD_SIZE", "4", 1);
  setenv("OMPI_COMM_WORLD_RANK", "0", 1);
  try {
    as_ranks(program);
    FAIL();
  } catch (const BadInput& error) {
    EXPECT_NE(std::string(error.what()).find("started as 4 ranks, and this sparsio was built without MPI"),
              std::string::npos)
        << error.what();
  }
  setenv("OMPI_COMM_WORLD_RANK", "1", 1);
  EXPECT_EQ(as_ranks(program), 0);  // says nothing and does nothing
  setenv("OMPI_COMM_WORLD_SIZE", "1", 1);
  EXPECT_EQ(as_ranks(program), 7);
  unsetenv("OMPI_COMM_WORLD_SIZE");
  unsetenv("OMPI_COMM_WORLD_RANK");
}

}  // namespace
}  // namespace sparsio
