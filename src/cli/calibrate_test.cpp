// calibrate, as a user calls it. With the two sources that are caches of their own it must come out right: that is a
// test of the kernels, of their traces and of both simulations at once.
#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>

#include "cli/program_fixture.hpp"
#include "count/shared/calibration_kernel.hpp"
#include "predict/calibration.hpp"

namespace sparsio {
namespace {

Calibration calibrated(const std::string& source, const std::string& caches, const std::string& kernels) {
  const TestFolder folder;
  const std::string out = folder / "calibration.toml";
  const Ran ran = run_program(
      {"calibrate", "--source", source, "--caches", caches, "--kernels", kernels, "--seconds", "0", "--out", out});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto calibration = read_calibration(out);
  EXPECT_TRUE(calibration.has_value());
  return calibration.value_or(Calibration());
}

void expect_known_counts(const Calibration& calibration, size_t counts) {
  ASSERT_EQ(calibration.kernels.size(), counts);
  for (const KernelCount& one : calibration.kernels)
    EXPECT_NEAR(ratio_of(one.misses, one.known), 1, 0.01) << one.level << " " << one.kernel;
  for (const LevelTrust& level : calibration.levels) EXPECT_TRUE(level.is_trusted) << level.reason;
}

TEST(Calibrate, SimulatedCountsWhatIsKnown) {
  const Calibration calibration = calibrated("simulated", "L1=32KiB/8,L2=1MiB/16,X=16KiB", "");
  expect_known_counts(calibration, 3 * calibration_kernels().size());
  for (const KernelCount& one : calibration.kernels) {
    if (one.kernel.ends_with("_write")) {
      EXPECT_EQ(one.write_backs, one.known) << one.level << " " << one.kernel;
    }
  }
  for (const LevelTrust& level : calibration.levels) EXPECT_TRUE(level.has_trusted_write_backs);
}

// One kernel of each sequence, reads and writes: valgrind takes its time. All six are in results/README.md.
TEST(Calibrate, CallgrindCountsWhatIsKnown) {
  const Calibration calibration = calibrated("callgrind", "L1=8KiB/8", "stream_read,strided_write,gather_read");
  if (!calibration.kernels.empty() && calibration.kernels.front().status.starts_with("unavailable"))
    GTEST_SKIP() << calibration.kernels.front().status;
  expect_known_counts(calibration, 3);
}

TEST(Calibrate, WhatIsNotMeasuredIsUnknownAndNeverZero) {
  const TestFolder folder;
  const std::string out = folder / "calibration.toml";
  const std::vector<std::string> command = {"calibrate",   "--source",  "simulated", "--caches", "X=4KiB", "--kernels",
                                            "stream_read", "--seconds", "0",         "--out",    out};
  const Ran text = run_program(command);
  EXPECT_NE(text.out.find("\nfma_one_thread       nan\nfma_all_threads      nan\n"), std::string::npos) << text.out;
  std::vector<std::string> as_json = command;
  as_json.emplace_back("--json");
  const Ran json = run_program(as_json);
  EXPECT_NE(json.out.find("\"fma_one_thread\": null"), std::string::npos) << json.out;
  const auto calibration = read_calibration(out);
  ASSERT_TRUE(calibration.has_value());
  EXPECT_TRUE(std::isnan(calibration->fma_one_thread) && std::isnan(calibration->fma_all_threads));
}

TEST(Calibrate, WithoutCountersEveryLevelSaysWhy) {
  const TestFolder folder;
  const std::string out = folder / "calibration.toml";
  ASSERT_EQ(run_program({"calibrate", "--seconds", "0", "--out", out}).code, 0);
  const auto calibration = read_calibration(out);
  ASSERT_TRUE(calibration.has_value());
  for (const LevelTrust& level : calibration->levels)
    EXPECT_FALSE(level.reason.empty()) << level.level << " has no reason";
}

TEST(Calibrate, WithoutAnOutOnlyThisMachinesOwnCountersAreKept) {
  const TestFolder folder;
  setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
  const Ran ran = run_program(
      {"calibrate", "--source", "simulated", "--caches", "X=4KiB", "--kernels", "stream_read", "--seconds", "0"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(ran.err.starts_with("not kept: ")) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(folder / "cache"));
  const Ran own = run_program({"calibrate", "--kernels", "stream_read", "--seconds", "0"});
  EXPECT_EQ(own.code, 0) << own.err;
  EXPECT_TRUE(std::filesystem::exists(folder / "cache/sparsio")) << own.err;
  unsetenv("XDG_CACHE_HOME");
}

TEST(Calibrate, WithoutHomeTheOneOfThePasswordDatabaseIsTaken) {
  const std::string home = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
  const passwd* user = getpwuid(getuid());
  setenv("XDG_CACHE_HOME", "", 1);
  setenv("HOME", "", 1);
  const std::string empty = default_calibration_path();
  unsetenv("XDG_CACHE_HOME");
  unsetenv("HOME");
  const std::string path = default_calibration_path();
  if (!home.empty()) setenv("HOME", home.c_str(), 1);
  EXPECT_EQ(empty, path);
  const std::string known = user == nullptr ? "" : user->pw_dir;
  EXPECT_TRUE(known.empty() ? path.empty() : path.starts_with(known + "/.cache/sparsio/calibration-")) << path;
}

TEST(Calibrate, WhereItCannotBeKeptNothingIsCounted) {
  const TestFolder folder;
  for (const std::string& place : {folder.put("file", ""), folder / "none"}) {
    const Ran ran = run_program({"calibrate", "--source", "simulated", "--out", place + "/calibration.toml"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_NE(ran.err.find("there is no folder " + place + "; create it or give another --out"), std::string::npos)
        << ran.err;
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "none"));
}

TEST(Calibrate, WhatMakesNoSenseIsRefused) {
  EXPECT_EQ(run_program({"calibrate", "--threads", "0"}).code, 1);
  EXPECT_EQ(run_program({"calibrate", "--source", "guess"}).code, 1);
  EXPECT_EQ(run_program({"calibrate", "--seconds", "-1"}).code, 1);
}

}  // namespace
}  // namespace sparsio
