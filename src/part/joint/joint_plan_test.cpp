// JointPlan against volume_of() and against all partitions of tiny networks. Asserts:
//   - after any moves, made or taken back, words() are those of partition();
//   - no part is ever heavier than fits() allows;
//   - `joint` finds nothing below the least of all even partitions, and that least on nearly all tiny networks.
#include "part/joint/joint_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/spec.hpp"
#include "part/partitioner.hpp"
#include "part/shared/random_layers_fixture.hpp"
#include "part/shared/row_groups.hpp"
#include "part/shared/volume.hpp"

namespace sparsio {
namespace {

/// Its words, inputs at one of those who read them.
uint64_t words_of(LayerSource& network, const Partition& rows) {
  static Partition given;
  given = rows;
  const PartitionerKind as_given{"", {}, [](LayerSource&, uint32_t, const Params&) { return given; }};
  return volume_of(network, partition(as_given, network, rows.parts, {})).total.words;
}

TEST(JointPlan, WordsAreThoseOfThePartitionAfterAnyMoves) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    GivenLayers network = layers_at_random(seed, 16);
    RandomStream random(seed, 5);
    const auto parts = static_cast<uint32_t>(1 + random.below(5));
    const double imbalance = random.uniform();
    JointPlan plan(network, parts, imbalance);
    ASSERT_EQ(plan.words(), words_of(network, plan.partition()));
    for (int move = 0; move < 200; ++move) {
      const auto piece = static_cast<uint32_t>(random.below(plan.pieces()));
      const auto part = static_cast<uint32_t>(random.below(parts));
      const auto& others = plan.beside(piece, part);
      uint32_t instead = JointPlan::alone;
      if (!others.empty() && random.below(2) == 0) instead = others[random.below(others.size())];
      if (part == plan.part(piece) || !plan.fits(piece, part, instead)) continue;
      const uint64_t before = plan.words();
      const bool is_kept = random.below(2) == 0;
      int64_t more = 0;
      plan.attempt(piece, part, instead, [&](int64_t words) {
        more = words;
        return is_kept;
      });
      ASSERT_EQ(plan.words(), is_kept ? before + static_cast<uint64_t>(more) : before);
    }
    const Partition partition = plan.partition();
    ASSERT_EQ(plan.words(), words_of(network, partition));
    network.restart();
    Layer layer;
    for (size_t k = 0; network.next(layer); ++k) {
      std::vector<uint64_t> connections(parts, 0);
      for (uint32_t t = 0; t < layer.targets; ++t) connections[partition.owner[k + 1][t]] += layer.sources_of(t).size();
      ASSERT_LE(*std::max_element(connections.begin(), connections.end()), pieces_of(layer, parts, imbalance).most);
    }
  }
}

/// The fewest words of all ways to give the pieces of all layers to two parts that are even enough.
uint64_t fewest_words(LayerSource& network, double imbalance) {
  std::vector<RowGroups> pieces;
  network.restart();
  for (Layer layer; network.next(layer);) pieces.push_back(pieces_of(layer, 2, imbalance));
  size_t bits = 0;
  for (const RowGroups& of_layer : pieces) bits += of_layer.count();
  uint64_t fewest = UINT64_MAX;
  for (uint32_t choice = 0; choice < 1U << bits; ++choice) {
    Partition partition{2, {{}}};
    bool is_even = true;
    size_t bit = 0;
    for (size_t k = 0; k < pieces.size(); ++k) {
      std::vector<uint32_t>& owner = partition.owner.emplace_back(network.widths()[k + 1]);
      uint64_t load[2] = {0, 0};
      for (size_t piece = 0; piece < pieces[k].count(); ++piece, ++bit) {
        const uint32_t part = choice >> bit & 1;
        load[part] += pieces[k].connections[piece];
        for (const uint32_t row : pieces[k].rows[piece]) owner[row] = part;
      }
      is_even = is_even && std::max(load[0], load[1]) <= pieces[k].most;
    }
    if (is_even) fewest = std::min(fewest, words_of(network, partition));
  }
  return fewest;
}

TEST(Joint, FindsTheFewestWordsOfTinyNetworks) {
  const auto joint = resolve<PartitionerKind>("joint:imbalance=0.3", "test");
  int networks = 0;
  int optimal = 0;
  for (uint64_t seed = 0; networks < 60; ++seed) {
    GivenLayers network = layers_at_random(seed, 6);
    uint32_t rows = 0;
    for (size_t k = 1; k < network.widths().size(); ++k) rows += network.widths()[k];
    if (rows > 11) continue;
    ++networks;
    const uint64_t found = volume_of(network, partition(joint.kind(), network, 2, joint.params)).total.words;
    const uint64_t fewest = fewest_words(network, 0.3);
    ASSERT_GE(found, fewest) << seed;
    optimal += found == fewest ? 1 : 0;
  }
  EXPECT_GE(optimal, 57);
}

}  // namespace
}  // namespace sparsio
