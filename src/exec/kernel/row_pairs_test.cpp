// How row_pairs lays layers out, against the layer, on shapes that real ones reach only when they are large: many row
// blocks, many blocks of sources, empty rows, odd numbers of targets. It asserts, with partners chosen among 1, 5 and
// all:
// - a target's steps are its connections, each once;
// - each target is in one pair of the first and of the last block of sources, so that its sum begins and ends;
// - what is computed is what sums in double precision are, on any instruction set of this machine;
// - an infinite value gets into no sum but those of the targets that are connected with it;
// - more candidates share more loads, where targets are many and sources of a block few;
// - a block is the same on any panel, and on any instruction set and L1 it fits where the loop copies it.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/random.hpp"
#include "exec/kernel/row_pairs/pair_shape.hpp"
#include "exec/kernel/row_pairs/row_pairs_loops.hpp"
#include "exec/machine/simd_limit.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/walk/panel_kernels.hpp"

namespace sparsio {
namespace {

struct Drawn {
  Layer layer;
  PairShape shape;
};

Drawn drawn(uint64_t item, uint32_t candidates = 1) {
  RandomStream random(51, item);
  Drawn one;
  Layer& layer = one.layer;
  layer.sources = static_cast<uint32_t>(1 + random.below(120));
  layer.targets = static_cast<uint32_t>(1 + random.below(90));
  layer.activation = Activation::identity;
  layer.begin.assign(1, 0);
  const double density = item % 5 == 0 ? 0.0 : random.uniform() * random.uniform();
  for (uint32_t t = 0; t < layer.targets; ++t) {
    for (uint32_t s = 0; s < layer.sources && t % 7 != 3; ++s)
      if (random.uniform() < density) {
        layer.source.push_back(s);
        layer.weight.push_back(static_cast<float>(random.uniform(0.1, 1)));
      }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(static_cast<float>(random.uniform(-1, 1)));
  }
  one.shape.vectors = static_cast<uint32_t>(1 + random.below(PairShape::most_vectors));
  one.shape.vector_bytes = simd_lanes() * 4;
  one.shape.block_sources = static_cast<uint32_t>(1 + random.below(50));
  one.shape.row_block = static_cast<uint32_t>(1 + random.below(70));
  one.shape.candidates = candidates;
  return one;
}

/// A target's weights by source, and in how many pairs of the first and last block it is.
struct Told {
  std::map<uint32_t, float> weight;
  int begins = 0;
  int ends = 0;
};

void add(Told& told, const PairedLayer& laid, const PairBlock& block, uint16_t offset, float weight) {
  ASSERT_EQ(offset * offset_bytes % laid.shape.pitch(), 0U);
  const uint32_t place = offset * offset_bytes / laid.shape.pitch();
  ASSERT_LT(place, block.sources);
  ASSERT_TRUE(told.weight.emplace(laid.source_row[block.first_source + place], weight).second);
}

std::vector<Told> told_by(const PairedLayer& laid) {
  std::vector<Told> told(laid.targets);
  for (size_t b = 0; b < laid.block.size(); ++b) {
    const PairBlock& block = laid.block[b];
    const uint16_t* offset = laid.offset.data() + block.offset;
    const float* weight = laid.weight.data() + block.weight;
    for (uint64_t p = block.pair; p < block.pair + block.pairs; ++p) {
      const RowPair& pair = laid.pair[p];
      const bool is_alone = pair.row[0] == pair.row[1];
      for (int k = 0; k < (is_alone ? 1 : 2); ++k) {
        told[pair.row[k]].begins += b % laid.source_blocks == 0 ? 1 : 0;
        told[pair.row[k]].ends += (b + 1) % laid.source_blocks == 0 ? 1 : 0;
      }
      Told alone;  // what the sum that is thrown away has
      Told& second = is_alone ? alone : told[pair.row[1]];
      for (uint32_t k = 0; k < pair.shared; ++k, ++offset, weight += 2) {
        add(told[pair.row[0]], laid, block, *offset, weight[0]);
        add(second, laid, block, *offset, weight[1]);
      }
      for (uint32_t k = 0; k < pair.singles; ++k, offset += 2, weight += 2) {
        add(told[pair.row[0]], laid, block, offset[0], weight[0]);
        add(second, laid, block, offset[1], weight[1]);
      }
      for (uint32_t k = 0; k < pair.rest; ++k, ++offset, ++weight)
        add(told[pair.row[0]], laid, block, *offset, *weight);
    }
  }
  return told;
}

class RowPairsLayout : public testing::TestWithParam<uint32_t> {};

TEST_P(RowPairsLayout, HasEachConnectionOnce) {
  for (uint64_t item = 0; item < 60; ++item) {
    const Drawn one = drawn(item, GetParam());
    const PairedLayer laid = pair_rows(one.layer, {}, {}, one.shape);
    const std::vector<Told> told = told_by(laid);
    for (uint32_t t = 0; t < one.layer.targets; ++t) {
      std::map<uint32_t, float> wanted;
      for (uint64_t k = one.layer.begin[t]; k < one.layer.begin[t + 1]; ++k)
        wanted.emplace(one.layer.source[k], one.layer.weight[k]);
      EXPECT_EQ(told[t].weight, wanted) << item << " target " << t;
      EXPECT_EQ(told[t].begins, 1) << item << " target " << t;
      EXPECT_EQ(told[t].ends, 1) << item << " target " << t;
    }
  }
}

/// Of one layer on a panel: y, with the targets in their rows.
AlignedVector<float> ran(const Drawn& one, const AlignedVector<float>& x, uint32_t stride, uint32_t columns) {
  const PairedLayer laid = pair_rows(one.layer, {}, {}, one.shape);
  AlignedVector<float> y(uint64_t{one.layer.targets} * stride, -7.0F);
  paired_layer(laid, one.layer.activation, x.data(), y.data(), stride, columns);
  return y;
}

TEST_P(RowPairsLayout, SumsOverManyBlocksOnEverySet) {
  for (const std::string& set : simd_names()) {
    const SimdScope scope(set);
    for (uint64_t item = 0; item < 25; ++item) {
      const Drawn one = drawn(item, GetParam());
      RandomStream random(52, item);
      const uint32_t columns = static_cast<uint32_t>(1 + random.below(150));
      const uint32_t stride = row_stride(columns);
      AlignedVector<float> x(uint64_t{one.layer.sources} * stride);
      for (float& value : x) value = static_cast<float>(random.uniform());
      const AlignedVector<float> y = ran(one, x, stride, columns);
      for (uint32_t t = 0; t < one.layer.targets; ++t)
        for (uint32_t c = 0; c < columns; ++c) {
          double sum = one.layer.bias[t];
          for (uint64_t k = one.layer.begin[t]; k < one.layer.begin[t + 1]; ++k)
            sum += double{one.layer.weight[k]} * double{x[one.layer.source[k] * stride + c]};
          ASSERT_NEAR(y[t * stride + c], sum, 2e-5 * (1 + sum)) << set << ' ' << item << " target " << t;
        }
    }
  }
}

TEST_P(RowPairsLayout, KeepsInfinityToItsTargets) {
  int finite = 0;
  for (uint64_t item = 0; item < 25; ++item) {
    const Drawn one = drawn(item, GetParam());
    const uint32_t stride = row_stride(20);
    AlignedVector<float> x(uint64_t{one.layer.sources} * stride, 1.0F);
    const uint32_t source = one.layer.sources / 2;
    std::fill_n(x.begin() + source * stride, stride, INFINITY);
    const AlignedVector<float> y = ran(one, x, stride, 20);
    for (uint32_t t = 0; t < one.layer.targets; ++t) {
      const auto sources = one.layer.sources_of(t);
      const bool is_fed = std::find(sources.begin(), sources.end(), source) != sources.end();
      if (is_fed)
        ASSERT_EQ(y[t * stride], INFINITY) << item << " target " << t;
      else
        ASSERT_TRUE(std::isfinite(y[t * stride])) << item << " target " << t;
      finite += is_fed ? 0 : 1;
    }
  }
  EXPECT_GT(finite, 300);
}

INSTANTIATE_TEST_SUITE_P(Matchings, RowPairsLayout, testing::Values(1, 5, 1024));

TEST(RowPairs, MoreCandidatesShareMore) {
  Drawn one = drawn(1);
  Layer& layer = one.layer;
  layer = {.sources = 100, .targets = 200, .begin = {0}, .source = {}, .weight = {}, .bias = {}};
  RandomStream random(53, 0);
  for (uint32_t t = 0; t < layer.targets; ++t) {
    for (uint32_t s = 0; s < layer.sources; ++s)
      if (random.below(10) == 0) layer.source.push_back(s), layer.weight.push_back(1);
    layer.begin.push_back(layer.source.size());
  }
  layer.bias.assign(layer.targets, 0.0F);
  one.shape = {.vectors = 1, .vector_bytes = simd_lanes() * 4, .block_sources = 50, .row_block = 200};
  const auto shared = [&](uint32_t candidates) {
    one.shape.candidates = candidates;
    return pair_rows(layer, {}, {}, one.shape).shared;
  };
  EXPECT_GT(shared(16), 5 * shared(1) / 4);
  EXPECT_GT(shared(200), shared(16));
}

TEST(RowPairs, HaveBlocksThatFitOnAnyPanel) {
  for (const double density : {0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0})
    for (const uint32_t vector_bytes : {4U, 16U, 32U, 64U, 256U})
      for (const uint64_t l1 : {uint64_t{8} << 10, uint64_t{32} << 10, uint64_t{48} << 10, uint64_t{1} << 20}) {
        const uint32_t block = pair_shape(density, 1, vector_bytes, l1).block_sources;
        for (uint32_t panel = 1; panel <= 300; ++panel) {
          const PairShape shape = pair_shape(density, panel, vector_bytes, l1);
          ASSERT_EQ(shape.block_sources, block) << density << ' ' << panel;
          ASSERT_LE(uint64_t{block} * shape.pitch(), most_block_bytes) << density << ' ' << panel;
          ASSERT_LE(shape.vectors, PairShape::most_vectors);
          ASSERT_EQ(shape.pitch() % offset_bytes, 0U);
        }
      }
}

}  // namespace
}  // namespace sparsio
