// tiled against data_parallel over the same kernel, on random networks with twins and without, with curves, a softmax
// between layers, empty targets and odd widths. It asserts, for every kernel that runs blocks of layers:
// - the same bits for any depth, panel and number of threads, from bits and from floats, in every track;
// - the same counts of living inputs after every layer, also of those within a block;
// - what the kernel tells of a block is the schedule: each target's sources are read, then its row is written;
// - the note says which layers are run at once; more depth than layers and a kernel without blocks are refused.
#include <gtest/gtest.h>

#include <set>

#include "exec/tiled_fixture.hpp"
#include "exec/walk/depth_blocks.hpp"

namespace sparsio {
namespace {

std::string words_of(const DeepExample& one) {
  std::string words;
  for (const Layer& layer : one.layers) words += " " + activation_name(layer.activation);
  return words;
}

class Tiled : public testing::TestWithParam<std::string> {};

TEST_P(Tiled, GivesTheBitsOfDataParallel) {
  const KernelKind& kernel = Registry<KernelKind>::instance().find(GetParam(), "test").kind;
  constexpr uint32_t panels[] = {1, 16, 33, 48, 100, 150};
  int compared = 0;
  for (uint64_t item = 0; item < 40; ++item) {
    const DeepExample one = deep_example(item);
    Plan plan;
    plan.track = kernel.tracks[item / 2 % kernel.tracks.size()];
    plan.panel = 48;
    const auto want = answer("data_parallel:kernel=" + GetParam(), one, plan);
    if (!want) continue;
    for (uint32_t depth = 0; depth <= one.layers.size(); ++depth) {
      plan.panel = panels[(item + depth) % std::size(panels)];
      plan.threads = 1 + static_cast<unsigned>(depth % 3);
      const auto got = answer("tiled:kernel=" + GetParam() + ",depth=" + std::to_string(depth), one, plan);
      ASSERT_TRUE(got.has_value()) << item;
      ASSERT_TRUE(is_same(got->values, want->values))
          << "item " << item << " depth " << depth << ": " << got->note << words_of(one);
      ASSERT_EQ(got->categories, want->categories) << "item " << item << " depth " << depth;
      ASSERT_EQ(got->alive, want->alive) << "item " << item << " depth " << depth << ": " << got->note;
      compared += got->note.find("one by one") == std::string::npos ? 1 : 0;
    }
  }
  EXPECT_GT(compared, 50);
}

/// Which rows are read before which are written.
class Rows final : public AccessVisitor {
 public:
  struct Group {
    std::set<uint64_t> read;
    std::vector<uint64_t> written;
  };

  void place(Buffer, uint64_t, uint64_t) override {}
  void read_row(Buffer, uint64_t row, uint64_t, uint64_t) override {
    if (groups.empty() || !groups.back().written.empty()) groups.emplace_back();
    groups.back().read.insert(row);
  }
  void write_row(Buffer, uint64_t row, uint64_t, uint64_t) override {
    if (groups.empty()) groups.emplace_back();
    groups.back().written.push_back(row);
  }
  void scan_targets(const RowScan&) override {}
  void place(Array, uint64_t) override {}
  void read(Array, uint64_t, uint64_t) override {}
  void write(Array, uint64_t, uint64_t) override {}
  void place_bounds(Array, uint64_t, uint64_t) override {}
  void read_bounds(Array, uint64_t, uint64_t, uint64_t) override {}
  void place_inputs(const PackedInputs&) override {}
  void turn_inputs(uint32_t, uint32_t, uint32_t) override {}
  void read_turned(uint32_t) override {}

  std::vector<Group> groups;
};

/// The row of each target in the order of steps, and those of its sources.
std::vector<std::pair<uint64_t, std::set<uint64_t>>> targets_in_order(const DepthBlock& block) {
  std::vector<std::pair<uint64_t, std::set<uint64_t>>> list;
  for (const UnitStep& step : block.steps)
    for (const uint32_t t : block.units[step.layer].targets_of(step.unit)) {
      list.push_back({block.row[step.layer + 1][t], {}});
      for (const uint32_t s : block.layers[step.layer].sources_of(t))
        list.back().second.insert(block.row[step.layer][s]);
    }
  return list;
}

TEST_P(Tiled, TellsOfABlockWhatTheScheduleSays) {
  const KernelKind& kind = Registry<KernelKind>::instance().find(GetParam(), "test").kind;
  for (uint64_t item = 0; item < 12; item += item % 3 == 1 ? 2 : 1) {  // curves go over their rows once more
    const DeepExample one = deep_example(item);
    GivenLayers layers(one.layers);
    Plan plan;
    plan.layers = &layers;
    const auto maker = kind.make(plan, Params(kind.options, {}, "test"));
    WindowedSchedule schedule(one.layers.front().sources, {});
    for (const Layer& layer : one.layers) ASSERT_FALSE(schedule.push(layer).has_value());
    const std::optional<DepthBlock> block = schedule.finish();
    Rows heard;
    heard.begin_pass(1);  // one strip, whatever the vectors are
    heard.begin_layer(Buffer::first, Buffer::first);
    maker->make_block(*block)->visit(heard);
    const auto want = targets_in_order(*block);
    size_t at = 0;
    for (const Rows::Group& group : heard.groups)
      for (const uint64_t row : group.written) {
        ASSERT_LT(at, want.size());
        ASSERT_EQ(row, want[at].first) << item;
        if (!want[at].second.empty()) {
          ASSERT_EQ(group.read, want[at].second) << item;
        }
        ++at;
      }
    EXPECT_EQ(at, want.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, Tiled, testing::ValuesIn(block_kernels()),
                         [](const auto& test) { return test.param; });

TEST(Tiled, SaysWhatItRunsAtOnce) {
  BlockNote note(1638);
  const auto add = [&](uint32_t first, uint32_t layers, uint32_t window) {
    DepthBlock block;
    block.first = first;
    block.layers.resize(layers);
    block.window = window;
    note.add(block);
  };
  add(0, 5, 1024);
  add(5, 1, 99);
  add(6, 2, 700);
  add(8, 1, 9999);
  add(9, 1, 9999);
  EXPECT_EQ(note.words(), "depth first within 1638 rows: layers 1-5 (window 1024), 7-8 (700); one by one 6, 9-10");
  EXPECT_EQ(BlockNote(12).words(), "no two layers depth first within 12 rows");
}

TEST(Tiled, TakesTheCacheOfThePlan) {
  DeepExample one;
  one.inputs = {1, 512, std::vector<uint8_t>(64, 0x5A), {}, "generated"};
  for (uint32_t l = 0; l < 2; ++l) {  // target t reads 4 sources from 4 (t / 4) on: a window of 8
    Layer layer{512, 512, {0}, {}, {}, std::vector<float>(512, 0.0F)};
    for (uint32_t t = 0; t < 512; ++t) {
      for (uint32_t s = 0; s < 4; ++s) layer.source.push_back(t / 4 * 4 + s);
      layer.begin.push_back(layer.source.size());
    }
    layer.weight.assign(layer.source.size(), 0.5F);
    one.layers.push_back(layer);
  }
  Plan plan;
  plan.panel = 16;
  plan.l2_bytes = 100 << 10;
  EXPECT_EQ(answer("tiled", one, plan)->note, "depth first within 960 rows: layers 1-2 (window 8)");
  plan.l2_bytes = 800;  // 7 rows
  EXPECT_EQ(answer("tiled", one, plan)->note, "no two layers depth first within 7 rows");
}

TEST(Tiled, TakesWindowsOfThreeFifthsOfACache) {
  EXPECT_EQ(window_rows(96, 1 << 20), 1638U);
  EXPECT_EQ(window_rows(1, 1 << 20), window_rows(16, 1 << 20));
}

TEST(Tiled, RefusesMoreDepthThanLayersAndKernelsOfOneLayer) {
  const DeepExample one = deep_example(0);
  EXPECT_THROW(answer("tiled:depth=" + std::to_string(one.layers.size() + 1), one, {}), Unsupported);
  for (const auto& entry : Registry<KernelKind>::instance().entries()) {
    if (entry.kind.runs_blocks) continue;
    try {
      resolve<EngineKind>("tiled:kernel=" + entry.name, "here");
      ADD_FAILURE() << entry.name << " has no blocks";
    } catch (const BadInput& error) {
      EXPECT_NE(std::string(error.what()).find("layer by layer"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace sparsio
