// What the options of row_pairs do. It asserts:
// - any width of strips and size of blocks, tiny and huge, answers within the error that verification grants, in every
//   track, on panels of one input, of odd ones and of many strips;
// - the note says the strips and blocks that were asked for; a panel is taken in strips of that width at most;
// - the bits of answers are the same on any panel and width of the panel's strips, and others where blocks are others;
// - what makes no sense is refused in one line, with what would be right;
// - what every engine says is worth measuring beside its defaults is a SPEC, another one each, and of another layout.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "driver/shared/execute.hpp"
#include "exec/kernel/row_pairs/pair_shape.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "run/case_cache.hpp"

namespace sparsio {
namespace {

constexpr uint64_t input_count = 70;

struct Setting {
  explicit Setting(const char* spec = "mlp:widths=90-130-60-75,density=0.3")
      : network(cache.network(spec, "test")),
        inputs(cache.inputs(fmt::format("random:count={},density=0.4", input_count), network->input_width(), "test")) {
    plan.network = network->whole_if_small();
    plan.layers = network->layers();
    plan.panel = 100;
  }

  std::unique_ptr<Engine> prepared(const std::string& options) const {
    const auto kind = resolve<EngineKind>("row_pairs:" + options, "test");
    auto engine = kind.kind().make(kind.params);
    engine->prepare(plan);
    return engine;
  }
  std::vector<double> values(const std::string& options) const {
    return prepared(options)->run(*inputs, Observe::values, {}).values;
  }

  CaseCache cache;
  std::shared_ptr<NetworkAtHand> network;
  std::shared_ptr<const Inputs> inputs;
  Plan plan;
};

/// Zeros stay zeros, as the tracks of values want.
TEST(RowPairsOptions, AnswerWithinTheErrorThatVerificationGrants) {
  Setting setting("mlp:widths=90-130-60-75,density=0.3,activation=challenge,last=challenge");
  ExecutionRequest asked;
  asked.plan = setting.plan;
  asked.verify = input_count;
  asked.repetition.least = 1;
  asked.place = "test";
  for (const Track track : Registry<EngineKind>::instance().find("row_pairs", "test").kind.tracks)
    for (uint32_t vectors = 0; vectors <= PairShape::most_vectors; ++vectors)
      for (const uint32_t block : {1U, 1000U, most_block_bytes})
        for (const uint32_t panel : {1U, 100U}) {
          asked.engine = fmt::format("row_pairs:vectors={},block={}", vectors, block);
          asked.plan.track = track;
          asked.plan.panel = panel;
          const Execution done = execute(asked, *setting.inputs, {});
          EXPECT_EQ(done.verdict.status, "ok")
              << asked.engine << ' ' << track_name(track) << ": " << done.verdict.words;
        }
}

TEST(RowPairsOptions, AreWhatTheNoteSays) {
  Setting setting;
  setting.plan.panel = 60 * simd_lanes();  // as many strips of 6 vectors as of 5 or 4, and none is left over
  for (const uint32_t vectors : {4U, 5U, 6U}) {
    const std::string note =
        setting.prepared(fmt::format("vectors={},block={}", vectors, 7 * vectors * simd_lanes() * 4))->note();
    EXPECT_EQ(note.rfind(fmt::format("strips of {} vectors, blocks of 7 sources; ", vectors), 0), 0U) << note;
  }
}

TEST(RowPairsOptions, BlocksDecideTheBitsAndPanelsDoNot) {
  Setting setting;
  const uint32_t source_bytes = 4 * simd_lanes();
  const auto sevens = [&](uint32_t vectors) {
    return fmt::format("vectors={},block={}", vectors, 7 * vectors * source_bytes);
  };
  const std::vector<double> want = setting.values(sevens(2));
  EXPECT_NE(setting.values(fmt::format("vectors=2,block={}", 8 * 2 * source_bytes)), want);
  for (const uint32_t panel : {1U, 7U, 64U, 100U, 512U})
    for (const uint32_t vectors : {1U, 2U, 3U, 6U}) {
      setting.plan.panel = panel;
      EXPECT_EQ(setting.values(sevens(vectors)), want) << "panel " << panel << ", vectors " << vectors;
    }
}

TEST(RowPairsOptions, WhatMakesNoSenseIsRefusedInOneLine) {
  for (const char* bad :
       {"vectors=7", "vectors=-1", "vectors=2.5", "vectors=x", "block=524289", "block=-1", "block=1KiB"})
    try {
      resolve<EngineKind>(fmt::format("row_pairs:{}", bad), "--engine");
      ADD_FAILURE() << bad << " is taken";
    } catch (const BadInput& refused) {
      const std::string said = refused.what();
      EXPECT_EQ(said.rfind("--engine: row_pairs: ", 0), 0U) << said;
      EXPECT_NE(said.find(std::string(bad).substr(0, std::string(bad).find('='))), std::string::npos) << said;
      EXPECT_EQ(said.find('\n'), std::string::npos) << said;
    }
}

TEST(EngineVariants, AreSpecsOfTheirOwn) {
  size_t seen = 0;
  for (const auto& entry : Registry<EngineKind>::instance().entries())
    for (const double density : {0.0, 0.005, 0.02, 0.1, 0.3, 1.0}) {
      if (entry.kind.variants == nullptr) continue;
      std::set<std::string> known = {resolve<EngineKind>(entry.name, "test").canonical()};
      for (const std::string& options : entry.kind.variants(density)) {
        EXPECT_TRUE(known.insert(resolve<EngineKind>(entry.name + ":" + options, "test").canonical()).second)
            << entry.name << ':' << options << " twice at " << density;
        ++seen;
      }
      EXPECT_LE(known.size(), 7U) << entry.name;  // each takes calibrate its time
    }
  EXPECT_GT(seen, 0U);
}

TEST(RowPairsOptions, ShapesNearTheRuleAreOtherShapes) {
  for (const double density : {0.005, 0.02, 0.1, 0.3})
    for (const uint32_t vector_bytes : {4U, 16U, 32U, 64U, 256U})
      for (const uint64_t l1 : {uint64_t{8} << 10, uint64_t{32} << 10, uint64_t{48} << 10}) {
        const std::vector<WantedShape> near = near_shapes(density, vector_bytes, l1);
        EXPECT_GE(near.size(), 2U) << density << ' ' << vector_bytes << ' ' << l1;
        for (const WantedShape& one : near) {
          const uint32_t panel = strip_columns(density, vector_bytes, one);
          const PairShape rule = pair_shape(density, panel, vector_bytes, l1);
          const PairShape other = pair_shape(density, panel, vector_bytes, l1, one);
          EXPECT_NE(std::pair(rule.block_sources, strip_columns(density, vector_bytes)),
                    std::pair(other.block_sources, panel))
              << density << ' ' << vector_bytes << ' ' << one.vectors << ' ' << one.block_bytes;
        }
      }
}

}  // namespace
}  // namespace sparsio
