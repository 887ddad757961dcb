// Options that calibrate keeps. It asserts:
// - every engine with variants has a SPEC at every density that is raced: itself, or one of its variants that won by
//   more than noise; who is known to be the faster wins by what is known, and among equals the defaults stay;
// - what was kept for the nearest density is found, and nothing of another engine;
// - a calibration file gives back what was written; one of before has none and is read; a SPEC that this program does
//   not understand is refused in one line that says where it stands and what to do, and one of an engine that this
//   build lacks is not looked at;
// - `choose` takes the kept options and says whose they are.
#include "predict/kept_specs.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "exec/engine.hpp"
#include "predict/chooser.hpp"
#include "predict/spinning_fixture.hpp"

namespace sparsio {
namespace {

TEST(KeptSpecs, AreWinnersOfARaceAtEveryDensity) {
  const SpecRace race{.densities = {0.02, 0.3}, .width = 64, .seconds = 1e-3};
  const std::vector<KeptSpec> kept = measure_specs(race);
  size_t expected = 0;
  for (const auto& entry : Registry<EngineKind>::instance().entries()) {
    if (entry.kind.variants == nullptr) continue;
    for (const double density : race.densities) {
      ASSERT_LT(expected, kept.size());
      const KeptSpec& one = kept[expected++];
      EXPECT_EQ(one.engine, entry.name);
      EXPECT_EQ(one.density, density);
      if (!has_options(one)) {
        EXPECT_EQ(one.gain, 1);
        continue;
      }
      EXPECT_GT(one.gain, least_advantage);
      const std::vector<std::string> variants = entry.kind.variants(density);
      EXPECT_NE(std::find(variants.begin(), variants.end(), one.spec.substr(one.engine.size() + 1)), variants.end())
          << one.spec;
    }
  }
  EXPECT_EQ(kept.size(), expected);
  EXPECT_GT(expected, 0U);
}

Winner winner_of(const std::vector<double>& seconds) {
  std::vector<Candidate> candidates;
  std::vector<int> runs(seconds.size());
  for (size_t k = 0; k < seconds.size(); ++k)
    candidates.push_back({std::to_string(k), 16, std::make_unique<Spinning>(seconds[k], runs[k])});
  return race(std::move(candidates), {}, {.timed_seconds = 0.05, .clock_seconds = 1});
}

TEST(KeptSpecs, GoToWhoIsKnownToBeFaster) {
  for (const auto& [seconds, faster] :
       {std::pair{std::vector<double>{2e-3, 3e-3, 1e-3}, "2"}, {std::vector<double>{2e-3, 1e-3, 3e-3}, "1"}}) {
    const Winner winner = winner_of(seconds);
    EXPECT_EQ(winner.spec, faster);
    EXPECT_NEAR(winner.gain, 2, 0.2);
  }
  EXPECT_EQ(winner_of({1e-3, 3e-3}).spec, "0");
  const Winner equal = winner_of({1e-3, 0.995e-3});
  EXPECT_EQ(equal.spec, "0");
  EXPECT_EQ(equal.gain, 1);
}

Calibration with_specs() {
  Calibration calibration;
  calibration.specs = {{"row_pairs", 0.005, "row_pairs:vectors=3", 1.0625},
                       {"row_pairs", 0.1, "row_pairs", 1},
                       {"row_pairs", 0.3, "row_pairs:block=16384", 1.5},
                       {"engine_of_another_build", 0.1, "engine_of_another_build:speed=7", 2}};
  return calibration;
}

TEST(KeptSpecs, OfTheNearestDensityAreTaken) {
  const Calibration calibration = with_specs();
  const auto near = [&](double density) { return spec_near(calibration, "row_pairs", density)->spec; };
  EXPECT_EQ(near(1e-6), "row_pairs:vectors=3");
  EXPECT_EQ(near(0.02), "row_pairs:vectors=3");  // by the ratio: 4 times and a fifth
  EXPECT_EQ(near(0.03), "row_pairs");
  EXPECT_EQ(near(0.15), "row_pairs");
  EXPECT_EQ(near(0.2), "row_pairs:block=16384");
  EXPECT_EQ(near(1), "row_pairs:block=16384");
  EXPECT_FALSE(spec_near(calibration, "row_pairs", 0) == nullptr);
  EXPECT_EQ(spec_near(calibration, "csr", 0.1), nullptr);
  EXPECT_EQ(spec_near({}, "row_pairs", 0.1), nullptr);
}

TEST(KeptSpecs, ComeBackFromAFile) {
  const TemporaryFolder folder;
  const std::string path = folder / "calibration.toml";
  const Calibration written = with_specs();
  write_calibration(written, path);
  const auto read = read_calibration(path);
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->specs.size(), written.specs.size());
  for (size_t k = 0; k < written.specs.size(); ++k) {
    EXPECT_EQ(read->specs[k].engine, written.specs[k].engine);
    EXPECT_EQ(read->specs[k].density, written.specs[k].density);
    EXPECT_EQ(read->specs[k].spec, written.specs[k].spec);
    EXPECT_EQ(read->specs[k].gain, written.specs[k].gain);
  }
}

/// As it was written before there were any.
TEST(KeptSpecs, AreNotMissedInAnOlderFile) {
  const TemporaryFolder folder;
  Calibration calibration;
  calibration.engines = {{"csr", 16, 8e9, {{"connection", 4e-9}}, 0}};
  const std::string path = folder / "calibration.toml";
  write_calibration(calibration, path);
  const auto read = read_calibration(path);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->engines.size(), 1U);
  EXPECT_TRUE(read->specs.empty());
}

TEST(KeptSpecs, ThatThisProgramDoesNotUnderstandAreRefusedInOneLine) {
  const TemporaryFolder folder;
  const std::string path = folder / "calibration.toml";
  const std::vector<std::pair<KeptSpec, std::string>> bad = {
      {{"row_pairs", 0.1, "row_pairs:of_tomorrow=3", 1.1}, "no 'row_pairs:of_tomorrow=3'"},
      {{"row_pairs", 0.1, "row_pairs:vectors=99", 1.1}, "no 'row_pairs:vectors=99'"},
      {{"row_pairs", 0.1, "csr", 1.1}, "'csr' is kept for the engine 'row_pairs'"},
      {{"row_pairs", 0, "row_pairs", 1}, "is no density"},
      {{"row_pairs", KernelCount::unknown, "row_pairs", 1}, "is no density"}};
  for (const auto& [kept, words] : bad) {
    Calibration calibration;
    calibration.specs = {kept};
    write_calibration(calibration, path);
    try {
      read_calibration(path);
      ADD_FAILURE() << kept.spec << " is read";
    } catch (const BadInput& refused) {
      const std::string said = refused.what();
      EXPECT_EQ(said.rfind(path + ":", 0), 0U) << said;
      EXPECT_NE(said.find(words), std::string::npos) << said;
      EXPECT_NE(said.find("sparsio calibrate"), std::string::npos) << said;
      EXPECT_EQ(said.find('\n'), std::string::npos) << said;
    }
  }
}

TEST(KeptSpecs, AreWhatChooseTakes) {
  Calibration calibration = with_specs();
  calibration.reads = {{"L1", 1 << 15, 64e9, 128e9}, {"memory", 1 << 28, 8e9, 8e9}};
  calibration.engines = {{"row_pairs", 16, 8e9, {{"connection", 4e-9}}, 0},
                         {"csr", 16, 8e9, {{"connection", 4e-9}}, 0}};
  const Machine machine = detect_machine(1);
  for (const auto& [density, spec] : {std::pair{"0.3", "row_pairs:block=16384"}, std::pair{"0.1", "row_pairs"}}) {
    CaseCache cache;
    const ChoiceRequest request{
        std::string("mlp:widths=64x4,seed=3,density=") + density, "random:count=32", {"by_target"}, 20, 2, 1};
    const std::vector<Choice> choices = choose(request, calibration, machine, cache);
    ASSERT_EQ(choices.size(), 2U);
    for (const Choice& choice : choices) {
      EXPECT_EQ(choice.status, "ok") << choice.engine;
      if (choice.engine == "csr") continue;
      EXPECT_EQ(choice.engine, spec);
      EXPECT_EQ(choice.note,
                choice.engine == "row_pairs" ? "" : std::string(spec) + ", kept by calibrate for density 0.3");
    }
  }
}

}  // namespace
}  // namespace sparsio
