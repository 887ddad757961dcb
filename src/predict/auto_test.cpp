// auto with and without a calibration of this host: it says what it predicted, measures nobody who is hopeless, ignores
// rates and options of another instruction set, looks at what is for few inputs where there are few and at layers in
// depth where depth closes, gives row_pairs the options that were kept for the density, and answers as the engine that
// it chose does.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>  // setenv
#include <unistd.h>  // getpid

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>

#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "predict/kept_specs.hpp"
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
  static void keep_calibration(const std::string& simd, const std::vector<KeptSpec>& specs = {}, double twins = 2e-9) {
    Calibration calibration;
    calibration.simd = simd;
    calibration.engines = {{"csr", 16, 1, {{"connection", 1e-6}}, 0},
                           {"row_pairs", 16, 1, {{"connection", 1e-9}}, 0},
                           {"twin_tiles", 16, 1, {{"connection", twins}}, 0},
                           {"dense", 16, 1, {{"connection", 1e-6}}, 0}};
    calibration.specs = specs;
    write_calibration(calibration, default_calibration_path());
  }

  /// For a network of density 0.2 is kept what is at 0.1, for one of 0.02 nothing.
  static std::vector<KeptSpec> some_specs() {
    return {{"row_pairs", 0.01, "row_pairs", 1}, {"row_pairs", 0.1, "row_pairs:vectors=1,block=512", 1.5}};
  }

  static std::string note(uint32_t panel, uint64_t inputs = 0, const char* spec = "mlp:widths=64x3,density=0.2",
                          Track track = Track::general) {
    CaseCache cache;
    const auto network = cache.network(spec, "test");
    Plan plan;
    plan.network = network->whole_if_small();
    plan.layers = network->layers();
    plan.panel = panel;
    plan.inputs = inputs;
    plan.track = track;
    const auto& kind = Registry<EngineKind>::instance().find("auto", "test").kind;
    const auto engine = kind.make(Params(kind.options, {}, "test"));
    engine->prepare(plan);
    EXPECT_EQ(engine->note().rfind(engine->chosen() + ": density 0.", 0), 0U) << engine->note();
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

TEST_F(Auto, LooksAtFewInputsOneByOne) {
  for (const uint64_t inputs : {1, 3, 16}) EXPECT_NE(measured(note(16, inputs)).find("latency"), std::string::npos);
  for (const uint64_t inputs : {0, 17, 1000}) EXPECT_EQ(measured(note(16, inputs)).find("latency"), std::string::npos);
}

TEST_F(Auto, LooksAtDenseWhereItMayPay) {
  if (Registry<EngineKind>::instance().look_up("dense") == nullptr) GTEST_SKIP() << "no dense in this build";
  EXPECT_NE(measured(note(16, 100)).find("dense"), std::string::npos);
  EXPECT_EQ(measured(note(16, 100, "radix_net:neurons=1024,layers=2")).find("dense"), std::string::npos);
}

/// Also where one layer is so large that it would be the whole sample.
TEST_F(Auto, LooksAtCsrInDepthWhereItCloses) {
  for (const char* spec : {"radix_net:neurons=1024,layers=3", "radix_net:neurons=16384,layers=4"})
    EXPECT_NE(measured(note(16, 0, spec)).find(" tiled:kernel=csr "), std::string::npos) << spec;
  for (const char* spec : {"mlp:widths=64x3,density=0.2", "mlp:widths=4096x3,density=0.04"})
    EXPECT_EQ(note(16, 0, spec).find("tiled"), std::string::npos) << spec;
  EXPECT_EQ(note(16, 0, "radix_net:neurons=1024,layers=3", Track::value).find("tiled"), std::string::npos);
}

/// Of csr's rate, since its loop is the same; depth shows in the lines.
TEST_F(Auto, PredictsCsrInDepthByTheRateOfCsr) {
  keep_calibration(simd_name());
  const std::string said = note(16, 0, "radix_net:neurons=1024,layers=3");
  EXPECT_NE(said.find("; predicted row_pairs"), std::string::npos) << said;
  EXPECT_NE(said.find(" tiled:kernel=csr "), std::string::npos) << said;
  EXPECT_EQ(measured(said).find("csr"), std::string::npos) << said;  // both hopeless
}

TEST_F(Auto, TakesThePanelOfRowPairs) {
  const auto panel = [](const char* name, double density) {
    const auto engine = resolve<EngineKind>(name, "test");
    return engine.kind().best_panel(density, engine.params);
  };
  for (const double density : {0.005, 0.05, 0.5}) EXPECT_EQ(panel("auto", density), panel("row_pairs", density));
  keep_calibration(simd_name(), {{"row_pairs", 0.01, "row_pairs", 1}, {"row_pairs", 0.1, "row_pairs:vectors=6", 1.5}});
  EXPECT_EQ(panel("auto", 0.01), panel("row_pairs", 0.01));
  EXPECT_EQ(panel("auto", 0.5), panel("row_pairs:vectors=6", 0.5));
}

TEST_F(Auto, TakesTheOptionsThatWereKept) {
  const std::string words = "; row_pairs:vectors=1,block=512, kept by calibrate for density 0.1; ";
  keep_calibration(simd_name(), some_specs());
  const std::string said = note(16);
  EXPECT_NE(said.find(words), std::string::npos) << said;
  EXPECT_NE(said.find("; predicted row_pairs "), std::string::npos) << said;
  EXPECT_NE(measured(said).find("; measured row_pairs "), std::string::npos) << said;
  const std::string sparser = note(16, 0, "mlp:widths=64x3,density=0.02");
  EXPECT_EQ(sparser.find("kept by calibrate"), std::string::npos) << sparser;
  keep_calibration("ABACUS", some_specs());
  EXPECT_EQ(note(16).find("kept by calibrate"), std::string::npos);
}

/// All others are hopeless.
TEST_F(Auto, ChoosesTheEngineWithItsOptions) {
  keep_calibration(simd_name(), some_specs(), 1e-6);
  CaseCache cache;
  const auto network = cache.network("mlp:widths=300x3,density=0.15", "test");
  Plan plan;
  plan.layers = network->layers();
  plan.panel = 16;
  const auto kind = resolve<EngineKind>("auto", "test");
  const auto engine = kind.kind().make(kind.params);
  engine->prepare(plan);
  EXPECT_EQ(engine->chosen(), "row_pairs:vectors=1,block=512");
  EXPECT_EQ(engine->note().rfind("row_pairs:vectors=1,block=512: density 0.15", 0), 0U) << engine->note();
}

TEST_F(Auto, RacesOnOtherPanelsWhereNobodyAskedForOne) {
  CaseCache cache;
  const auto network = cache.network("radix_net:neurons=256,layers=4", "test");
  const auto prepared = [&](bool may_change, uint64_t inputs) {
    Plan plan;
    plan.layers = network->layers();
    plan.panel = 16;
    plan.inputs = inputs;
    plan.panel_may_change = may_change;
    const auto kind = resolve<EngineKind>("auto", "test");
    auto engine = kind.kind().make(kind.params);
    engine->prepare(plan);
    return engine;
  };
  const auto raced = [](const Engine& engine) { return engine.note().find(" by ") != std::string::npos; };
  for (const uint64_t inputs : {0, 1000}) EXPECT_TRUE(raced(*prepared(true, inputs)));
  EXPECT_FALSE(raced(*prepared(true, 16))) << "they are one panel";
  const auto asked = prepared(false, 1000);
  EXPECT_FALSE(raced(*asked));
  EXPECT_EQ(asked->cost().panel, 16U);
  // A panel of one vector or two reads every weight for few inputs: 2 to 3 times as slow.
  const auto free = prepared(true, 1000);
  EXPECT_GT(free->cost().panel, 16U) << free->note();
  EXPECT_NE(free->note().find(fmt::format(" by {} ", free->cost().panel)), std::string::npos) << free->note();
}

/// Measured whole, and by its first layers.
TEST_F(Auto, AnswersAsReferenceDoes) {
  keep_calibration(simd_name(), some_specs());
  for (const char* spec : {"mlp:widths=70-30-90,density=0.3", "mlp:widths=1000x4,density=0.3"}) {
    CaseCache cache;
    const auto network = cache.network(spec, "test");
    const auto inputs = cache.inputs("random:count=5,density=0.4", network->input_width(), "test");
    Plan plan;
    plan.layers = network->layers();
    plan.panel = 16;
    plan.inputs = inputs->count;
    std::vector<std::vector<double>> values;
    for (const char* name : {"auto", "reference"}) {
      const auto& kind = Registry<EngineKind>::instance().find(name, "test").kind;
      const auto engine = kind.make(Params(kind.options, {}, "test"));
      engine->prepare(plan);
      values.push_back(engine->run(*inputs, Observe::values, {}).values);
    }
    ASSERT_EQ(values[0].size(), values[1].size()) << spec;
    for (size_t k = 0; k < values[0].size(); ++k) EXPECT_NEAR(values[0][k], values[1][k], 1e-3) << spec;
  }
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
