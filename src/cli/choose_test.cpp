// choose, as a user calls it: three measured candidates, one recommended, and a calibration where it is told to look.
#include <gtest/gtest.h>

#include "cli/program_fixture.hpp"

namespace sparsio {
namespace {

const char* const network = "mlp:widths=64x4,density=0.2,seed=3";

TEST(Choose, RecommendsOneOfThreeMeasured) {
  const TestFolder folder;
  const std::string calibration = folder / "calibration.toml";
  ASSERT_EQ(run_program({"calibrate", "--seconds", "0.001", "--caches", "L1=4KiB/4", "--source", "simulated", "--out",
                         calibration})
                .code,
            0);
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

}  // namespace
}  // namespace sparsio
