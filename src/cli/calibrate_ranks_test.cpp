// needs: mpi
// calibrate --ranks, as a user calls it: a ping-pong of two ranks is measured, fitted and kept, and stays when the rest
// is measured anew.
#include <gtest/gtest.h>

#include "cli/program_fixture.hpp"
#include "mpi/mpi/mpirun_fixture.hpp"
#include "predict/calibration.hpp"

namespace sparsio {
namespace {

TEST(CalibrateRanks, KeepsWhatMessagesTake) {
  if (!has_mpirun()) GTEST_SKIP() << "there is no mpirun on PATH; install openmpi-bin";
  const TestFolder folder;
  const std::string out = folder / "calibration.toml";
  const Told told = run_line(fmt::format("{}{} calibrate --ranks --out {}", mpirun(2), SPARSIO_PROGRAM, out));
  ASSERT_EQ(told.code, 0) << told.text;
  const auto kept = read_calibration(out);
  ASSERT_TRUE(kept && kept->messages);
  const MessageTime& time = *kept->messages;
  ASSERT_GT(time.samples.size(), 20U);
  for (const MessageSample& sample : time.samples) {
    EXPECT_GT(sample.low, 0) << sample.words;
    EXPECT_LE(sample.low, sample.seconds) << sample.words;
    EXPECT_LE(sample.seconds, sample.high) << sample.words;
  }
  // 3 MB in no less than a memory could copy them, a word in no more than a second.
  EXPECT_GT(time.samples.back().seconds, 3e6 / 1e12);
  EXPECT_LT(time.samples.front().seconds, 1);
  EXPECT_GT(time.samples.back().seconds, time.samples.front().seconds);

  const Ran ran = run_program({"calibrate", "--source", "simulated", "--caches", "X=4KiB", "--kernels", "stream_read",
                               "--seconds", "0", "--out", out});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto anew = read_calibration(out);
  ASSERT_TRUE(anew && anew->messages);
  EXPECT_EQ(anew->source, "simulated");
  EXPECT_EQ(anew->messages->change_words, time.change_words);
}

TEST(CalibrateRanks, OneRankIsRefused) {
  const TestFolder folder;
  const Ran ran = run_program({"calibrate", "--ranks", "--out", folder / "calibration.toml"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("start it with mpirun -n 2"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace sparsio
