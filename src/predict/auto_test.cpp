// auto with and without a calibration of this host: it says what it predicted, measures no more than three engines, and
// ignores rates of another instruction set.
#include <gtest/gtest.h>
#include <stdlib.h>  // setenv
#include <unistd.h>  // getpid

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>

#include "exec/engine.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "predict/calibration.hpp"
#include "run/case_cache.hpp"

namespace sparsio {
namespace {

class Auto : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const char* const cache = std::getenv("XDG_CACHE_HOME")) before_ = cache;
    folder_ = std::filesystem::temp_directory_path() / ("sparsio_auto_" + std::to_string(::getpid()));
    setenv("XDG_CACHE_HOME", folder_.c_str(), 1);
  }
  void TearDown() override {
    if (before_)
      setenv("XDG_CACHE_HOME", before_->c_str(), 1);
    else
      unsetenv("XDG_CACHE_HOME");
    std::filesystem::remove_all(folder_);
  }

  /// Rates by which row_pairs is the fastest and csr hopeless.
  static void keep_calibration(const std::string& simd) {
    Calibration calibration;
    calibration.simd = simd;
    calibration.engines = {{"csr", 16, 1, {{"connection", 1e-6}}, 0},
                           {"row_pairs", 16, 1, {{"connection", 1e-9}}, 0},
                           {"twin_tiles", 16, 1, {{"connection", 2e-9}}, 0},
                           {"dense", 16, 1, {{"connection", 1e-6}}, 0}};
    write_calibration(calibration, default_calibration_path());
  }

  static std::string note(uint32_t panel) {
    CaseCache cache;
    const auto network = cache.network("mlp:widths=64x3,density=0.2", "test");
    Plan plan;
    plan.network = network->whole_if_small();
    plan.layers = network->layers();
    plan.panel = panel;
    const auto& kind = Registry<EngineKind>::instance().find("auto", "test").kind;
    const auto engine = kind.make(Params(kind.options, {}, "test"));
    engine->prepare(plan);
    EXPECT_EQ(engine->note().rfind(engine->chosen() + ": density 0.2", 0), 0U) << engine->note();
    return engine->note();
  }

  static std::string measured(const std::string& note) { return note.substr(std::min(note.size(), note.find("; m"))); }

 private:
  std::optional<std::string> before_;
  std::filesystem::path folder_;
};

TEST_F(Auto, WithoutACalibrationItMeasuresAll) {
  const std::string said = note(16);
  EXPECT_NE(said.find("not calibrated"), std::string::npos) << said;
  for (const char* engine : {"csr", "row_pairs", "twin_tiles"})
    EXPECT_NE(measured(said).find(engine), std::string::npos) << said;
}

TEST_F(Auto, WithOneItPredictsAndMeasuresTheBest) {
  keep_calibration(simd_name());
  const std::string said = note(16);
  EXPECT_NE(said.find("; predicted row_pairs"), std::string::npos) << said;
  EXPECT_NE(measured(said).find("twin_tiles"), std::string::npos) << said;
  EXPECT_EQ(measured(said).find("csr"), std::string::npos) << said;
}

TEST_F(Auto, RatesOfAnotherInstructionSetOrPanelAreNoRates) {
  keep_calibration("ABACUS");
  EXPECT_NE(note(16).find("calibrated for ABACUS only"), std::string::npos);
  keep_calibration(simd_name());
  EXPECT_NE(note(128).find("not calibrated near a panel of 128"), std::string::npos);
}

TEST_F(Auto, AnUnreadableCalibrationIsSaidAndNotFatal) {
  std::filesystem::create_directories(std::filesystem::path(default_calibration_path()).parent_path());
  write_calibration({}, default_calibration_path());
  EXPECT_NE(note(16).find("not calibrated"), std::string::npos);
  std::filesystem::resize_file(default_calibration_path(), 120);
  EXPECT_NE(note(16).find("cannot be read"), std::string::npos);
}

}  // namespace
}  // namespace sparsio
