// depth_closes against the schedule that `tiled` makes, over layers of bands, strides and chance, of odd widths, with a
// softmax now and then:
//   - it is true where the schedule has a block of two layers or more, and only there;
//   - a layer that does not close alone closes with none (in these draws: it is a short cut, no theorem).
#include "predict/depth_closes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/random.hpp"
#include "net/windowed_schedule.hpp"

namespace sparsio {
namespace {

Layer drawn_layer(RandomStream& random, uint32_t sources, uint32_t targets) {
  Layer layer;
  layer.sources = sources;
  layer.targets = targets;
  layer.begin.assign(1, 0);
  const uint64_t kind = random.below(3);
  const auto degree = static_cast<uint32_t>(1 + random.below(std::min(8U, sources)));
  const auto stride = static_cast<uint32_t>(1 + random.below(sources));
  for (uint32_t t = 0; t < targets; ++t) {
    std::set<uint32_t> read;
    for (uint32_t k = 0; k < degree; ++k) {
      const uint32_t step = kind == 0 ? k : kind == 1 ? k * stride : static_cast<uint32_t>(random.below(sources));
      read.insert((t / 2 + step) % sources);
    }
    layer.source.insert(layer.source.end(), read.begin(), read.end());
    layer.begin.push_back(layer.source.size());
  }
  layer.weight.assign(layer.source.size(), 1);
  layer.bias.assign(targets, 0);
  layer.activation = random.below(8) == 0 ? Activation{ActivationKind::softmax} : Activation::relu;
  return layer;
}

std::vector<Layer> drawn_layers(RandomStream& random) {
  std::vector<Layer> layers;
  auto width = static_cast<uint32_t>(1 + random.below(60));
  for (uint64_t left = 1 + random.below(4); left > 0; --left) {
    const uint32_t next = random.below(2) == 0 ? width : static_cast<uint32_t>(1 + random.below(60));
    layers.push_back(drawn_layer(random, width, next));
    width = next;
  }
  return layers;
}

bool has_blocks(const std::vector<Layer>& layers, uint32_t window) {
  WindowedSchedule schedule(layers.front().sources, {.window = window});
  bool found = false;
  const auto look = [&](const std::optional<DepthBlock>& block) { found |= block && block->layers.size() > 1; };
  for (const Layer& layer : layers) look(schedule.push(layer));
  look(schedule.finish());
  return found;
}

TEST(DepthCloses, WhereTheScheduleHasBlocks) {
  int closed = 0;
  int open = 0;
  for (uint64_t item = 0; item < 3000; ++item) {
    RandomStream random(5, item);
    const std::vector<Layer> layers = drawn_layers(random);
    const auto window = static_cast<uint32_t>(random.below(50));
    const bool closes = depth_closes(layers, window);
    ASSERT_EQ(closes, has_blocks(layers, window)) << item;
    if (layers.size() > 1 && !closes_alone(layers.front(), window)) {
      EXPECT_FALSE(depth_closes(std::span(layers).first(2), window)) << item;
    }
    ++(closes ? closed : open);
  }
  EXPECT_GT(closed, 300);
  EXPECT_GT(open, 300);
}

}  // namespace
}  // namespace sparsio
