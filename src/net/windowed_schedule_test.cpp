// A schedule against a machine that only remembers which value lies in which row, on random layers with twins, rings,
// empty targets, values that nobody reads and odd widths. It asserts:
// - every target of every layer is computed once, and blocks are the layers one after the other;
// - when a step runs, each of its sources lies in the row that the schedule says, so nobody has overwritten it; after
//   the last block the outputs lie where they should;
// - steps of one layer that follow each other have rows of their own;
// - the window is what counting from scratch after every step finds, within the limit where a block has several layers,
//   and a block ends only where one layer more would break a limit;
// - inputs have rows in the order in which they are first read;
// - in rings the window and the rows besides the inputs do not depend on the width of the network; where everybody
//   reads everybody a block is one layer.
#include "net/windowed_schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "base/random.hpp"

namespace sparsio {
namespace {

Layer layer_of(uint32_t sources, const std::vector<std::vector<uint32_t>>& list) {
  Layer layer;
  layer.sources = sources;
  layer.targets = static_cast<uint32_t>(list.size());
  layer.begin.assign(1, 0);
  for (const std::vector<uint32_t>& of_target : list) {
    layer.source.insert(layer.source.end(), of_target.begin(), of_target.end());
    layer.begin.push_back(layer.source.size());
  }
  layer.weight.assign(layer.source.size(), 1.0F);
  layer.bias.assign(list.size(), 0.0F);
  return layer;
}

/// Layer k of a radix_net with `twins` twins: target j reads the sources that are j or j + 2^k, modulo `groups`.
Layer ring(uint32_t groups, uint32_t twins, uint32_t k) {
  std::vector<std::vector<uint32_t>> list(groups * twins);
  for (uint32_t t = 0; t < list.size(); ++t) {
    for (uint32_t c = 0; c < twins; ++c) {
      list[t].push_back(t % groups + c * groups);
      list[t].push_back((t + (1U << k)) % groups + c * groups);
    }
    std::sort(list[t].begin(), list[t].end());
    list[t].erase(std::unique(list[t].begin(), list[t].end()), list[t].end());
  }
  return layer_of(groups * twins, list);
}

Layer random_layer(uint32_t sources, RandomStream& random) {
  std::vector<std::vector<uint32_t>> list(1 + random.below(60));
  const uint64_t kind = random.below(4);
  for (uint32_t t = 0; t < list.size(); ++t) {
    if (kind == 0 && t % 4 > 0) list[t] = list[t - 1];  // twins
    if (!list[t].empty() || random.below(6) == 0) continue;
    const auto first = static_cast<uint32_t>(t * sources / list.size());
    for (uint32_t s = 0; s < sources; ++s)
      if (kind == 1 ? random.uniform() < 0.1 : s >= first && s < first + 1 + kind * 2) list[t].push_back(s);
  }
  return layer_of(sources, list);
}

std::vector<Layer> random_layers(RandomStream& random) {
  std::vector<Layer> layers;
  auto width = static_cast<uint32_t>(1 + random.below(60));
  for (uint64_t l = 1 + random.below(7); l > 0; --l) {
    layers.push_back(random_layer(width, random));
    width = layers.back().targets;
  }
  return layers;
}

struct Made {
  std::vector<DepthBlock> blocks;
  uint32_t rows = 0;
  std::vector<uint32_t> input_rows;
};

Made schedule_of(const std::vector<Layer>& layers, ScheduleLimits limits) {
  WindowedSchedule schedule(layers.front().sources, limits);
  Made made;
  for (const Layer& layer : layers)
    if (auto block = schedule.push(layer)) made.blocks.push_back(std::move(*block));
  if (auto block = schedule.finish()) made.blocks.push_back(std::move(*block));
  EXPECT_FALSE(schedule.finish().has_value());
  made.rows = schedule.rows();
  made.input_rows = schedule.input_rows();
  return made;
}

constexpr uint64_t nothing = ~uint64_t{0};
uint64_t value(uint64_t level, uint32_t neuron) {
  return level << 32 | neuron;
}

/// Rows that remember.
class Machine {
 public:
  Machine(const std::vector<Layer>& layers, const Made& made) : layers_(layers), content_(made.rows, nothing) {
    for (uint32_t v = 0; v < layers.front().sources; ++v) content_.at(made.input_rows[v]) = value(0, v);
    for (const Layer& layer : layers) is_done_.emplace_back(layer.targets);
  }

  /// Runs the block; the most values that were alive in it at once.
  uint32_t run(const DepthBlock& block) {
    uint32_t most = 0;
    for (size_t at = 0; at < block.steps.size(); ++at) {
      const UnitStep& step = block.steps[at];
      const uint32_t l = block.first + step.layer;
      most = std::max(most, alive(block, at));
      for (const uint32_t t : block.units[step.layer].targets_of(step.unit)) {
        EXPECT_FALSE(is_done_[l][t]) << "twice: layer " << l << " target " << t;
        is_done_[l][t] = true;
        for (const uint32_t s : layers_[l].sources_of(t))
          EXPECT_EQ(content_.at(block.row[step.layer][s]), value(l, s)) << "layer " << l << " target " << t;
      }
      if (at == 0 || block.steps[at - 1].layer != step.layer) written_.clear();
      for (const uint32_t t : block.units[step.layer].targets_of(step.unit)) {
        content_.at(block.row[step.layer + 1][t]) = value(l + 1, t);
        EXPECT_TRUE(written_.insert(block.row[step.layer + 1][t]).second) << "layer " << l << " target " << t;
      }
    }
    return most;
  }

  void expect_all_done(const std::vector<uint32_t>& output_row) const {
    for (const auto& of_layer : is_done_) EXPECT_EQ(std::count(of_layer.begin(), of_layer.end(), false), 0);
    for (uint32_t o = 0; o < output_row.size(); ++o) EXPECT_EQ(content_.at(output_row[o]), value(layers_.size(), o));
  }

 private:
  /// While step `at` runs: inputs read so far (by it as well) that it or a later one reads; what layers within have
  /// made and it or a later one reads; what it makes.
  static uint32_t alive(const DepthBlock& block, size_t at) {
    std::set<uint64_t> read_before;
    std::set<uint64_t> made;
    std::set<uint64_t> wanted;
    for (size_t k = 0; k < block.steps.size(); ++k) {
      const UnitStep& step = block.steps[k];
      for (const uint32_t s : block.units[step.layer].sources_of(step.unit)) {
        if (k <= at && step.layer == 0) read_before.insert(value(0, s));
        if (k >= at) wanted.insert(value(step.layer, s));
      }
      for (const uint32_t t : block.units[step.layer].targets_of(step.unit))
        if (k < at && step.layer + 1 < block.layers.size()) made.insert(value(step.layer + 1, t));
    }
    uint64_t count = block.units[block.steps[at].layer].targets_of(block.steps[at].unit).size();
    for (const uint64_t one : wanted) count += read_before.count(one) + made.count(one);
    return static_cast<uint32_t>(count);
  }

  const std::vector<Layer>& layers_;
  std::vector<uint64_t> content_;
  std::vector<std::vector<bool>> is_done_;
  std::set<uint32_t> written_;  // since another layer had its turn
};

void expect_maximal(const std::vector<Layer>& layers, const DepthBlock& block, ScheduleLimits limits) {
  const size_t depth = block.layers.size();
  EXPECT_LE(depth, limits.depth);
  if (depth > 1) {
    EXPECT_LE(block.window, limits.window);
    EXPECT_LE(block.window, limits.window_of(block.units));
  }
  if (block.first + depth == layers.size() || depth == limits.depth) return;
  std::vector<LayerUnits> more = block.units;
  more.emplace_back(layers[block.first + depth]);
  EXPECT_FALSE(depth_first(more, limits.window_of(more)).has_value()) << "from layer " << block.first;
}

void expect_valid(const std::vector<Layer>& layers, ScheduleLimits limits) {
  const Made made = schedule_of(layers, limits);
  Machine machine(layers, made);
  uint32_t next = 0;
  for (const DepthBlock& block : made.blocks) {
    ASSERT_EQ(block.first, next);
    next += static_cast<uint32_t>(block.layers.size());
    ASSERT_EQ(block.window, machine.run(block)) << "from layer " << block.first;
    expect_maximal(layers, block, limits);
  }
  ASSERT_EQ(next, layers.size());
  machine.expect_all_done(made.blocks.back().row.back());
  std::vector<uint32_t> rows = made.input_rows;
  std::sort(rows.begin(), rows.end());
  std::vector<uint32_t> all(rows.size());
  std::iota(all.begin(), all.end(), 0U);
  EXPECT_EQ(rows, all);
}

TEST(WindowedSchedule, FindsEveryValueInItsRow) {
  uint64_t deep = 0;
  for (uint64_t item = 0; item < 120; ++item) {
    RandomStream random(61, item);
    const std::vector<Layer> layers = random_layers(random);
    ScheduleLimits limits;
    if (item % 3 > 0) limits.window = static_cast<uint32_t>(1 + random.below(60));
    if (item % 3 > 1) limits.depth = static_cast<uint32_t>(1 + random.below(4));
    expect_valid(layers, limits);
    for (const DepthBlock& block : schedule_of(layers, limits).blocks) deep += block.layers.size() > 1 ? 1 : 0;
    ASSERT_FALSE(testing::Test::HasFailure()) << "item " << item;
  }
  EXPECT_GT(deep, 40U);
}

TEST(WindowedSchedule, GivesInputsRowsInTheOrderOfTheirFirstUse) {
  const std::vector<Layer> layers = {ring(32, 4, 0), ring(32, 4, 1)};
  const Made made = schedule_of(layers, {});
  uint32_t next = 0;
  for (const UnitStep& step : made.blocks.front().steps)
    if (step.layer == 0)
      for (const uint32_t s : made.blocks.front().units.front().sources_of(step.unit)) {
        ASSERT_LE(made.input_rows[s], next);
        if (made.input_rows[s] == next) ++next;
      }
  EXPECT_EQ(next, 128U);
}

TEST(WindowedSchedule, NeedsAWindowInRingsWhateverTheirWidth) {
  std::set<uint32_t> windows;
  std::set<uint32_t> rows_besides;
  for (const uint32_t groups : {128U, 256U, 512U}) {
    const Made made = schedule_of({ring(groups, 4, 0), ring(groups, 4, 1), ring(groups, 4, 2)}, {});
    ASSERT_EQ(made.blocks.size(), 1U);
    windows.insert(made.blocks.front().window);
    rows_besides.insert(made.rows - groups * 4);
  }
  EXPECT_EQ(windows.size(), 1U);
  EXPECT_EQ(rows_besides.size(), 1U);
  EXPECT_LE(*windows.begin(), 4U * 16);  // twins times 2^(depth + 1)
}

TEST(WindowedSchedule, RunsLayersOneByOneWhereEverybodyReadsEverybody) {
  std::vector<std::vector<uint32_t>> all(40, std::vector<uint32_t>(40));
  for (auto& list : all) std::iota(list.begin(), list.end(), 0U);
  const std::vector<Layer> layers(3, layer_of(40, all));
  EXPECT_EQ(schedule_of(layers, {.window = 1000}).blocks.size(), 3U);
  EXPECT_EQ(schedule_of(layers, {.depth = 2}).blocks.size(), 2U);
  EXPECT_EQ(schedule_of(layers, {}).blocks.size(), 1U);
}

TEST(WindowedSchedule, StaysWithinHalfALayer) {
  const std::vector<Layer> layers = {ring(16, 4, 0), ring(16, 4, 1), ring(16, 4, 2), ring(16, 4, 3)};
  const Made made = schedule_of(layers, {.window = 1000});
  ASSERT_GT(made.blocks.size(), 1U);
  EXPECT_GT(made.blocks.front().layers.size(), 1U);
  EXPECT_LE(made.blocks.front().window, 32U);
}

TEST(WindowedSchedule, EndsABlockWithASoftmax) {
  std::vector<Layer> layers = {ring(8, 2, 0), ring(8, 2, 1), ring(8, 2, 0)};
  layers[0].activation = parse_activation("softmax", "test");
  const Made made = schedule_of(layers, {});
  ASSERT_EQ(made.blocks.size(), 2U);
  EXPECT_EQ(made.blocks[1].first, 1U);
}

}  // namespace
}  // namespace sparsio
