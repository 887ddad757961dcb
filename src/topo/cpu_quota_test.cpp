#include "topo/cpu_quota.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace sparsio {
namespace {

namespace fs = std::filesystem;

class CpuQuotaTest : public ::testing::Test {
 protected:
  CpuQuotaTest() { fs::create_directories(folder_ / "user/job/step"); }
  ~CpuQuotaTest() override { fs::remove_all(folder_); }

  std::string put(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  std::optional<double> quota(const std::string& groups) { return cpu_quota(put("groups", groups), folder_.string()); }

  fs::path folder_ = fs::temp_directory_path() / ("sparsio_quota_" + std::to_string(getpid()));
};

TEST_F(CpuQuotaTest, TheTightestGroupAboveUsHolds) {
  EXPECT_FALSE(quota("0::/user/job/step\n"));
  put("user/job/step/cpu.max", "max 100000\n");
  EXPECT_FALSE(quota("0::/user/job/step\n"));
  put("user/cpu.max", "150000 100000\n");
  put("user/job/cpu.max", "400000 100000\n");
  EXPECT_EQ(quota("0::/user/job/step\n"), 1.5);
  EXPECT_EQ(quota("0::/user/job\n"), 1.5);
  EXPECT_FALSE(quota("0::/other\n"));
  put("cpu.max", "50000 100000\n");  // what a container sees of its own group
  EXPECT_EQ(quota("0::/docker/0123\n"), 0.5);
  EXPECT_EQ(quota("0::/\n"), 0.5);
}

TEST_F(CpuQuotaTest, TheFirstVersionToo) {
  put("cpu,cpuacct/job/cpu.cfs_quota_us", "200000\n");
  put("cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota("5:memory:/job\n4:cpu,cpuacct:/job\n"), 2);
  put("cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
  EXPECT_FALSE(quota("4:cpu,cpuacct:/job\n"));
}

TEST_F(CpuQuotaTest, NothingThere) {
  EXPECT_FALSE(cpu_quota((folder_ / "none").string(), folder_.string()));
  EXPECT_FALSE(quota("nonsense\n::\n"));
}

}  // namespace
}  // namespace sparsio
