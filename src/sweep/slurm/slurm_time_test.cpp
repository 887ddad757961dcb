// The forms that the manual of sbatch lists for --time, and what is none of them.
#include "sweep/slurm/slurm_time.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "disk/refusal_fixture.hpp"

namespace sparsio {
namespace {

TEST(SlurmTime, IsReadAsSbatchReadsIt) {
  const std::pair<const char*, double> all[] = {{"90", 90},     {"90:00", 90},           {"0:01", 1},
                                                {"1:59", 2},    {"2:00:00", 120},        {"2:00:01", 121},
                                                {"1-0", 1440},  {"1-02:03", 1563},       {"1-02:03:30", 1564},
                                                {"0-0:30", 30}, {"UNLIMITED", INFINITY}, {"INFINITE", INFINITY}};
  for (const auto& [text, minutes] : all) EXPECT_EQ(slurm_minutes(text, "--time"), minutes) << text;
}

TEST(SlurmTime, RefusesWhatIsNone) {
  for (const char* text : {"", "abc", "-1", "1-", "-", ":", "1:", ":1", "1:2:3:4", "1-2:3:4:5", "1-2-3", "1.5", " 5",
                           "5m", "1:-2", "9999999999", "unlimited time"})
    EXPECT_NE(refusal([&] { slurm_minutes(text, "--time"); }).find("is not a time limit; give minutes"),
              std::string::npos)
        << text;
  for (const char* text : {"0", "00:00", "0:00:00", "0-0"})
    EXPECT_NE(refusal([&] { slurm_minutes(text, "--time"); }).find("is no time; give minutes"), std::string::npos)
        << text;
}

}  // namespace
}  // namespace sparsio
