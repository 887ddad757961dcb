// choose, as a user calls it: three measured candidates, one recommended, and a calibration where it is told to look;
// what is far from its prediction is said; a bad argument is refused before anything is measured.
#include <gtest/gtest.h>

#include <cstdlib>

#include "cli/program_fixture.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "predict/calibration.hpp"

namespace sparsio {
namespace {

const char* const network = "mlp:widths=64x4,density=0.2,seed=3";

TEST(Choose, RecommendsOneOfThreeMeasured) {
  const TestFolder folder;
  const std::string calibration = folder / "calibration.toml";
  ASSERT_EQ(run_program({"calibrate", "--seconds", "0.001", "--caches", "L1=4KiB/4", "--source", "simulated", "--out",
                         calibration, "--keep-doubtful"})
                .code,
            0);
  ASSERT_TRUE(read_calibration(calibration).has_value());
  EXPECT_GT(read_calibration(calibration)->load.processors, 0);  // it was watched
  EXPECT_EQ(read_calibration(calibration)->specs.size(), 4U);    // row_pairs at each density
  const Ran ran = run_program({"choose", "--network", network, "--inputs", "random:count=96", "--repetitions", "1",
                               "--calibration", calibration, "--json"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  for (const char* words : {"\"recommended\":", "\"chosen_by\": \"measurement\"", "\"rank\": 3",
                            "\"predicted_seconds\":", "\"connections\":", "\"regret\":", "\"status\": \"ok\""})
    EXPECT_NE(ran.out.find(words), std::string::npos) << words << " in\n" << ran.out;
}

TEST(Choose, WithoutRatesTheGivenCalibrationIsRefused) {
  const TestFolder folder;
  EXPECT_EQ(run_program({"choose", "--network", network, "--calibration", folder / "nowhere.toml"}).code, 1);
  const Ran broken = run_program({"choose", "--network", network, "--calibration", folder.put("bad.toml", "a = \n")});
  EXPECT_EQ(broken.code, 1);
  EXPECT_NE(broken.err.find("bad.toml:1:"), std::string::npos) << broken.err;
}

/// Rates by which everything takes a millionth of what it does.
TEST(Choose, SaysWhenItMeasuredFarFromWhatItPredicted) {
  const TestFolder folder;
  Calibration calibration;
  calibration.simd = simd_name();
  calibration.engines = {{"csr", 16, 1, {{"connection", 1e-15}}, 0}};
  const std::string path = folder / "calibration.toml";
  write_calibration(calibration, path);
  const Ran ran = run_program({"choose", "--network", network, "--inputs", "random:count=96", "--repetitions", "1",
                               "--threads", "1", "--calibration", path});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.err.find("warning: far from what was predicted: csr by_target panel 16 threads 1: measured "),
            std::string::npos)
      << ran.err;
  calibration.engines[0].greatest_error = 0.7;
  write_calibration(calibration, path);
  EXPECT_NE(run_program({"choose", "--network", network, "--inputs", "random:count=96", "--measure", "0",
                         "--calibration", path})
                .err.find("warning: a doubtful calibration: fitted costs are off"),
            std::string::npos);
}

TEST(Choose, ABadArgumentIsRefusedBeforeAnythingIsMeasured) {
  const TestFolder folder;
  setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);  // where there is no calibration: it would measure rates
  const std::vector<std::vector<std::string>> bad = {{"--orders", "by_traget"},
                                                     {"--orders", "blocks:size=-1"},
                                                     {"--orders", " "},
                                                     {"--threads", "0"},
                                                     {"--threads", "5000"},
                                                     {"--memory", "2"},
                                                     {"--measure", "x"},
                                                     {"--repetitions", "0"},
                                                     {"--inputs", "random:count=0"},
                                                     {"--inputs", folder.put("narrow.tsv", "1\t65\t1\n")}};
  for (const std::vector<std::string>& more : bad) {
    std::vector<std::string> command = {"choose", "--network", network};
    command.insert(command.end(), more.begin(), more.end());
    const Ran ran = run_program(command);
    EXPECT_EQ(ran.code, 1) << more[1] << ran.err;
    const std::string& place = more[1].ends_with(".tsv") ? more[1] : more[0];
    EXPECT_NE(ran.err.find(place), std::string::npos) << ran.err;
    EXPECT_EQ(ran.err.find("rates are taken"), std::string::npos) << ran.err;
  }
  const Ran ran = run_program({"choose", "--network", folder.put("broken.h5", "no network")});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err.find("rates are taken"), std::string::npos) << ran.err;
  unsetenv("XDG_CACHE_HOME");
}

}  // namespace
}  // namespace sparsio
