#include "net/row_allocation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace sparsio {
namespace {

/// `groups` groups of `twins` targets; group g reads `sources` sources from g * stride on, round about.
Layer layer_of(uint32_t groups, uint32_t twins, uint32_t sources, uint32_t stride, uint32_t width) {
  Layer layer;
  layer.sources = width;
  layer.targets = groups * twins;
  layer.begin = {0};
  for (uint32_t t = 0; t < layer.targets; ++t) {
    std::vector<uint32_t> list;
    for (uint32_t s = 0; s < sources; ++s) list.push_back((t / twins * stride + s) % width);
    std::sort(list.begin(), list.end());
    layer.source.insert(layer.source.end(), list.begin(), list.end());
    layer.begin.push_back(layer.source.size());
  }
  layer.weight.assign(layer.source.size(), 1.0F);
  layer.bias.assign(layer.targets, 0.0F);
  return layer;
}

/// The sources at their places; empty: source v is at place v.
TwinBlocks blocks_of(const Layer& layer, const std::vector<uint32_t>& place_of_source) {
  TwinBlocks blocks = twin_blocks(layer);
  if (!place_of_source.empty())
    for (uint32_t& source : blocks.source) source = place_of_source[source];
  return blocks;
}

// A row holds the number of the value last written to it: every block must find the values of its own sources.
TEST(RowAllocation, KeepEveryValueUntilItHasBeenRead) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    uint32_t width = 1 + random() % 100;
    RowAllocation rows(width);
    std::vector<uint32_t> place_of;
    uint64_t next = width;
    std::vector<uint64_t> value_of(width);  // of each neuron of the last layer
    std::iota(value_of.begin(), value_of.end(), uint64_t{0});
    std::vector<uint64_t> content = value_of;  // of each row
    for (int l = 0; l < 6; ++l) {
      const Layer layer = layer_of(1 + random() % 9, 1 + random() % 20, 1 + random() % width, random() % 50, width);
      TwinBlocks twins = blocks_of(layer, place_of);
      const std::vector<uint32_t> places = twins.source;
      const std::vector<uint32_t> row = rows.place(twins.block, twins.source, layer.targets);
      content.resize(rows.rows(), ~uint64_t{0});
      std::vector<uint64_t> at_place(value_of.size());
      for (uint32_t v = 0; v < width; ++v) at_place[place_of.empty() ? v : place_of[v]] = value_of[v];
      std::vector<uint64_t> made(layer.targets);
      for (const TwinBlock& block : twins.block) {
        for (uint32_t s = 0; s < block.sources; ++s)
          ASSERT_EQ(content[twins.source[block.source + s]], at_place[places[block.source + s]]);
        for (uint32_t t = 0; t < block.width; ++t) content[row[block.target + t]] = made[block.target + t] = next++;
      }
      place_of = twins.place_of();
      value_of.resize(layer.targets);
      for (uint32_t t = 0; t < layer.targets; ++t) value_of[t] = made[place_of[t]];
      width = layer.targets;
    }
  }
}

/// Of the buffer for four layers like this one.
uint32_t rows_for(const Layer& layer) {
  RowAllocation rows(layer.sources);
  std::vector<uint32_t> place_of;
  for (int l = 0; l < 4; ++l) {
    TwinBlocks twins = blocks_of(layer, place_of);
    place_of = twins.place_of();
    rows.place(twins.block, twins.source, layer.targets);
  }
  return rows.rows();
}

TEST(RowAllocation, NeedOneBlockMoreWhereGroupsHaveSourcesOfTheirOwn) {
  EXPECT_EQ(rows_for(layer_of(16, 16, 16, 16, 256)), 256U + 16U);
}

TEST(RowAllocation, NeedBothLayersWhereEveryTargetReadsEverySource) {
  EXPECT_EQ(rows_for(layer_of(1, 64, 64, 0, 64)), 128U);
}

}  // namespace
}  // namespace sparsio
