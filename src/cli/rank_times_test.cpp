// rank_times, as a user calls it, against arithmetic.
#include <gtest/gtest.h>

#include "cli/program_fixture.hpp"

namespace sparsio {
namespace {

// Contiguous rows of 12 layers by 2 ranks: each sends its 512 values in one message before each layer, and computes
// 512 x 32 connections of it; 4 bytes a word at 4 GB/s are 1 ns.
TEST(RankTimes, AreTheSumOfTheLayers) {
  const Ran ran = run_program({"rank_times", "--network", "radix_net:neurons=1024,layers=12", "--parts", "2", "--panel",
                               "10", "--latency", "2e-6", "--bandwidth", "4e9", "--rate", "1e9", "--json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto value = [&](const std::string& name) {
    const size_t at = ran.out.find('"' + name + "\":");
    return at == std::string::npos ? -1 : std::strtod(ran.out.c_str() + at + name.size() + 3, nullptr);
  };
  EXPECT_NEAR(value("exchange_seconds"), 12 * (2e-6 + 5120e-9), 1e-9) << ran.out;
  EXPECT_NEAR(value("latency_seconds"), 24e-6, 1e-10);
  EXPECT_NEAR(value("work_seconds"), 12 * 512 * 32 * 10 * 1e-9, 1e-8);
  EXPECT_NE(ran.out.find("stated, not measured"), std::string::npos);
}

TEST(RankTimes, RefuseWhatIsNotSaid) {
  const TestFolder folder;
  const std::string none = folder / "none.toml";
  const Ran unmeasured = run_program(
      {"rank_times", "--network", "radix_net:neurons=1024,layers=2", "--rate", "1e9", "--calibration", none});
  EXPECT_EQ(unmeasured.code, 1);
  EXPECT_NE(unmeasured.err.find("calibrate --ranks"), std::string::npos) << unmeasured.err;
  const Ran half =
      run_program({"rank_times", "--network", "radix_net:neurons=1024,layers=2", "--rate", "1e9", "--latency", "1e-6"});
  EXPECT_EQ(half.code, 1);
  EXPECT_NE(half.err.find("--bandwidth"), std::string::npos) << half.err;
}

}  // namespace
}  // namespace sparsio
