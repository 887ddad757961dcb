// keep_calibration: what is plausible is kept; what is not is said, dropped with exit code 2, and kept where that is
// asked for; what the file says of the load is read again.
#include <gtest/gtest.h>

#include <sstream>

#include "cli/command.hpp"
#include "cli/program_fixture.hpp"
#include "cli/shared/kept_calibration.hpp"

namespace sparsio {
namespace {

Calibration with_load(double others) {
  Calibration one;
  one.source = "papi";
  one.load = {2, others, 0.01};
  return one;
}

TEST(KeepCalibration, WhatIsPlausibleIsKept) {
  const TestFolder folder;
  const std::string path = folder / "calibration.toml";
  std::ostringstream said;
  EXPECT_EQ(keep_calibration(with_load(0.1), path, Doubtful::is_dropped, said), exit_ok);
  EXPECT_EQ(said.str(), "kept in " + path + "\n");
  const auto kept = read_calibration(path);
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->load.processors, 2);
  EXPECT_EQ(kept->load.others, 0.1);
  EXPECT_EQ(kept->load.lost, 0.01);
}

TEST(KeepCalibration, WhatIsDoubtfulIsSaidAndKeptOnlyWhereAsked) {
  const TestFolder folder;
  const std::string path = folder / "calibration.toml";
  const std::string doubt =
      "doubtful: other programs kept 1.5 of 2 processors busy meanwhile; wait until they are done\n";
  std::ostringstream dropped;
  EXPECT_EQ(keep_calibration(with_load(1.5), path, Doubtful::is_dropped, dropped), exit_not_ok);
  EXPECT_EQ(dropped.str(), doubt + "not kept: doubtful; measure again, or give --keep-doubtful\n");
  EXPECT_FALSE(std::filesystem::exists(path));
  std::ostringstream kept;
  EXPECT_EQ(keep_calibration(with_load(1.5), path, Doubtful::is_kept, kept), exit_ok);
  EXPECT_EQ(kept.str(), doubt + "kept in " + path + "\n");
  EXPECT_TRUE(std::filesystem::exists(path));
  std::ostringstream nowhere;
  EXPECT_EQ(keep_calibration(with_load(1.5), "", Doubtful::is_kept, nowhere), exit_ok);
  EXPECT_TRUE(nowhere.str().starts_with(doubt + "not kept: papi ")) << nowhere.str();
}

}  // namespace
}  // namespace sparsio
