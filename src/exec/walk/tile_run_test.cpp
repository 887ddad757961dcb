// The walk in tiles and slices against data_parallel over the same kernel, while every thread is held up at random
// before every piece. It asserts:
// - the same bits for any depth, tiles, slices, panel, threads and threads that share a panel, weak or with barriers,
//   from bits and floats, with curves and a softmax, empty targets and odd widths, with tiles of any partition;
// - the same counts of living inputs after every layer, and of executed connections;
// - a run that is late or fails ends, whoever waits for whom;
// - what cannot be is refused with the reason; a row tells its tiles and edges.
#include "exec/walk/tile_run.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/deadline.hpp"
#include "exec/tiled_fixture.hpp"
#include "gen/generator.hpp"
#include "part/partitioner.hpp"

namespace sparsio {
namespace {

/// Lets others run, up to a hundred times, now and then.
void hold_up() {
  static std::atomic<uint64_t> next{0};
  thread_local RandomStream random(17, next++);
  if (random.below(3) > 0) return;
  for (uint64_t k = random.below(100); k > 0; --k) std::this_thread::yield();
}

const KernelKind& kernel_named(const std::string& name) {
  return Registry<KernelKind>::instance().find(name, "test").kind;
}

std::unique_ptr<Engine> engine_of(const std::string& kernel, const Tiling& tiling) {
  const KernelKind& kind = kernel_named(kernel);
  return depth_first_parallel("tiled", kind, Params(kind.options, {}, "test"), tiling);
}

bool has_track(const KernelKind& kind, Track track) {
  return std::find(kind.tracks.begin(), kind.tracks.end(), track) != kind.tracks.end();
}

class InTiles : public testing::TestWithParam<std::string> {};

TEST_P(InTiles, GiveTheBitsOfDataParallel) {
  constexpr uint32_t panels[] = {16, 33, 48, 100, 150};
  constexpr unsigned threads[] = {1, 2, 3, 4, 8, 16};
  const std::vector<std::string> partitioners = dividing_partitioners();
  int compared = 0;
  int in_teams = 0;
  for (uint64_t draw = 0; draw < 150; ++draw) {
    RandomStream random(29, draw);
    const DeepExample one = deep_example(random.below(40));
    Plan plan;
    const bool is_merged = has_track(kernel_named(GetParam()), Track::structure) && draw % 4 == 3;
    plan.track = is_merged ? Track::structure : Track::general;
    plan.panel = panels[random.below(std::size(panels))];
    plan.threads = threads[random.below(std::size(threads))];
    Tiling tiling;
    tiling.depth = static_cast<uint32_t>(random.below(std::min<uint64_t>(5, one.layers.size()) + 1));
    tiling.tiles = static_cast<uint32_t>(random.below(8));
    tiling.slices = static_cast<uint32_t>(1 + random.below(row_stride(plan.panel) / 16));
    do {
      tiling.model_threads = static_cast<uint32_t>(1 + random.below(plan.threads));
    } while (plan.threads % tiling.model_threads > 0);
    tiling.sync = tiling.model_threads == 1 && draw % 3 == 0 ? TileSync::none
                  : draw % 2 == 0                            ? TileSync::weak
                                                             : TileSync::barrier;
    if (draw % 5 == 4) tiling.partitioner = partitioners[random.below(partitioners.size())];
    tiling.before_piece = hold_up;
    const auto want = answer("data_parallel:kernel=" + GetParam(), one, plan);
    ASSERT_TRUE(want.has_value());
    const auto engine = engine_of(GetParam(), tiling);
    std::optional<DeepAnswer> got;
    try {
      got = answer(*engine, one, plan);
    } catch (const Unsupported& reason) {  // some layer has fewer units
      ASSERT_NE(std::string(reason.what()).find("units"), std::string::npos) << reason.what();
      continue;
    }
    const std::string words = "draw " + std::to_string(draw) + ": " + got->note;
    ASSERT_TRUE(is_same(got->values, want->values)) << words;
    ASSERT_EQ(got->categories, want->categories) << words;
    ASSERT_EQ(got->alive, want->alive) << words;
    EXPECT_EQ(engine->cost().tiles == 0, tiling.is_plain()) << words;
    const Outcome timed = engine->run(one.inputs, Observe::categories, {});
    EXPECT_EQ(timed.categories, want->categories) << words;
    EXPECT_TRUE(is_merged || timed.executed_edges == engine->cost().connections * one.inputs.count) << words;
    EXPECT_EQ(timed.waits.has_value(), tiling.sync != TileSync::none);
    ++compared;
    in_teams += tiling.model_threads > 1 ? 1 : 0;
  }
  EXPECT_GT(compared, 90);
  EXPECT_GT(in_teams, 30);
}

/// A ring network, whose tiles run several layers deep in rows that are taken again and again, and one with whole
/// layers of connections.
TEST_P(InTiles, AreRightOnGeneratedNetworks) {
  for (const char* spec : {"radix_net:neurons=256,layers=8", "mlp:widths=101x6,density=0.1,seed=3"}) {
    const auto resolved = resolve<NetworkKind>(spec, "test");
    NetworkSource network = resolved.kind().make(resolved.params);
    if (auto* const whole = std::get_if<Network>(&network)) network = layered(*whole);
    LayerSource* const layers = std::get<std::unique_ptr<LayerSource>>(network).get();
    Inputs inputs{130, layers->widths().front(), {}, {}, "generated"};
    inputs.bits.resize(inputs.count * inputs.row_bytes());
    RandomStream random(3, 1);
    for (uint8_t& byte : inputs.bits) byte = static_cast<uint8_t>(random.below(256));
    if (inputs.width % 8 > 0)
      for (uint64_t i = 0; i < inputs.count; ++i)
        inputs.bits[(i + 1) * inputs.row_bytes() - 1] &= static_cast<uint8_t>(0xFF00U >> (inputs.width % 8));
    Plan plan;
    plan.layers = layers;
    plan.panel = 64;
    const KernelKind& kind = kernel_named(GetParam());
    const auto plain = data_parallel("data_parallel", kind, Params(kind.options, {}, "test"));
    plain->prepare(plan);
    const Outcome want = plain->run(inputs, Observe::values, {});
    for (const uint32_t depth : {1U, 5U})
      for (const TileSync sync : {TileSync::weak, TileSync::barrier})
        for (const uint32_t sharing : {2U, 4U}) {
          plan.threads = 4;
          Tiling tiling;
          tiling.depth = depth;
          tiling.tiles = 5;
          tiling.slices = 3;
          tiling.model_threads = sharing;
          tiling.sync = sync;
          tiling.before_piece = hold_up;
          const auto engine = engine_of(GetParam(), tiling);
          engine->prepare(plan);
          const Outcome got = engine->run(inputs, Observe::values, {});
          ASSERT_TRUE(is_same(got.values, want.values)) << spec << " " << engine->note();
          EXPECT_EQ(got.categories, want.categories);
        }
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, InTiles, testing::ValuesIn(block_kernels()),
                         [](const auto& test) { return test.param; });

Tiling in_teams(TileSync sync) {
  Tiling tiling;
  tiling.tiles = 2;
  tiling.depth = 1;
  tiling.slices = 2;
  tiling.model_threads = 4;
  tiling.sync = sync;
  return tiling;
}

/// With units enough for two tiles a layer.
DeepExample wide_example() {
  for (uint64_t item = 0;; ++item) {
    DeepExample one = deep_example(item);
    const auto is_narrow = [](const Layer& layer) { return LayerUnits(layer).units() < 2; };
    if (std::none_of(one.layers.begin(), one.layers.end(), is_narrow)) return one;
  }
}

TEST(InTiles, EndWhereOneFailsOrIsLate) {
  const DeepExample one = wide_example();
  GivenLayers layers(one.layers);
  Plan plan;
  plan.layers = &layers;
  plan.panel = 32;
  plan.threads = 8;
  for (const TileSync sync : {TileSync::weak, TileSync::barrier}) {
    Tiling tiling = in_teams(sync);
    std::atomic<int> pieces{0};
    tiling.before_piece = [&pieces] {
      hold_up();
      if (++pieces == 7) throw std::bad_alloc();
    };
    const auto failing = engine_of("csr", tiling);
    failing->prepare(plan);
    EXPECT_THROW(failing->run(one.inputs, Observe::categories, {}), std::bad_alloc);
    tiling.before_piece = hold_up;
    const auto late = engine_of("csr", tiling);
    late->prepare(plan);
    EXPECT_THROW(late->run(one.inputs, Observe::categories, Deadline(1e-9)), TimeLimit);
    EXPECT_NO_THROW(late->run(one.inputs, Observe::categories, {}));
  }
}

std::string refusal(const Tiling& tiling, Plan plan, const DeepExample& one) {
  GivenLayers layers(one.layers);
  plan.layers = &layers;
  try {
    engine_of("csr", tiling)->prepare(plan);
  } catch (const Unsupported& reason) {
    return reason.what();
  }
  return "";
}

TEST(InTiles, AreRefusedWhereTheyCannotBe) {
  const DeepExample one = wide_example();
  Plan plan;
  plan.panel = 32;
  plan.threads = 8;
  Tiling tiling = in_teams(TileSync::weak);
  EXPECT_EQ(refusal(tiling, plan, one), "");
  tiling.tiles = 1000;
  EXPECT_NE(refusal(tiling, plan, one).find("tiles 1000 and layers 1-1 are"), std::string::npos);
  tiling = in_teams(TileSync::weak);
  tiling.slices = 3;
  EXPECT_NE(refusal(tiling, plan, one).find("a panel of 32 is 2 lines"), std::string::npos);
  tiling = in_teams(TileSync::weak);
  tiling.model_threads = 9;
  EXPECT_NE(refusal(tiling, plan, one).find("model_threads 9 and there are 8 threads"), std::string::npos);
  tiling.model_threads = 3;
  EXPECT_NE(refusal(tiling, plan, one).find("take 6 or 9 threads"), std::string::npos);
  tiling = in_teams(TileSync::weak);
  plan.track = Track::value;
  EXPECT_NE(refusal(tiling, plan, one).find("does not drop columns"), std::string::npos);
  for (const char* spec : {"tiled:model_threads=2", "tiled:sync=strong", "tiled:slices=0", "tiled:partitioner=fair"})
    EXPECT_THROW(resolve<EngineKind>(spec, "here").kind().make(resolve<EngineKind>(spec, "here").params), BadInput)
        << spec;
}

TEST(InTiles, TellWhatTheyAre) {
  const DeepExample one = wide_example();
  GivenLayers layers(one.layers);
  Plan plan;
  plan.layers = &layers;
  plan.panel = 32;
  plan.threads = 4;
  Tiling tiling = in_teams(TileSync::barrier);
  const auto engine = engine_of("csr", tiling);
  engine->prepare(plan);
  EXPECT_EQ(engine->cost().tiles, 2 * one.layers.size());
  EXPECT_GE(engine->cost().tile_edges, engine->cost().tiles);
  EXPECT_NE(engine->note().find("tiles in"), std::string::npos);
  EXPECT_FALSE(engine->opaque().empty());
  const auto plain = engine_of("csr", {});
  plain->prepare(plan);
  EXPECT_EQ(plain->cost().tiles, 0U);
}

TEST(InTiles, SlicesAreWholeLines) {
  EXPECT_EQ(slice_columns(48, 2), (std::vector<uint32_t>{0, 16, 48}));
  EXPECT_EQ(slice_columns(100, 3), (std::vector<uint32_t>{0, 32, 64, 112}));
  EXPECT_EQ(slice_columns(1, 1), (std::vector<uint32_t>{0, 16}));
}

}  // namespace
}  // namespace sparsio
