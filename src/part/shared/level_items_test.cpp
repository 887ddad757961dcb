// What ranks may send each other, against brute force. Asserts:
//   - a cover of a random bipartite graph covers every edge, no set of vertices that does is smaller (all subsets are
//     tried), and none as small has more on the left; on larger graphs it is as large as a matching found path by path;
//   - the items of random layers: each connection between two parts has its value sent or its sum, what is sent has a
//     connection that needs it; values, sums and cover by hand on one pair;
//   - words of a plan: of values those of volume_of(), of cover no more than of values or of sums, on every layer.
#include "part/shared/level_items.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <set>

#include "part/shared/exchange_plan.hpp"
#include "part/shared/random_layers_fixture.hpp"

namespace sparsio {
namespace {

using Edges = std::vector<std::pair<uint32_t, uint32_t>>;

Edges edges_at_random(RandomStream& random, uint32_t lefts, uint32_t rights, double density) {
  Edges edges;
  for (uint32_t l = 0; l < lefts; ++l)
    for (uint32_t r = 0; r < rights; ++r)
      if (random.uniform() < density) edges.emplace_back(l, r);
  return edges;
}

bool holds(const std::vector<uint32_t>& ids, uint32_t id) {
  return std::binary_search(ids.begin(), ids.end(), id);
}

TEST(LevelItems, ACoverIsAsSmallAsAnyAndHasMostOnTheLeft) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomStream random(seed, 5);
    const auto lefts = static_cast<uint32_t>(1 + random.below(5));
    const auto rights = static_cast<uint32_t>(1 + random.below(5));
    const Edges edges = edges_at_random(random, lefts, rights, random.uniform());
    int fewest = 99;
    int most_left = 0;
    for (uint32_t set = 0; set < 1U << (lefts + rights); ++set) {
      if (!std::all_of(edges.begin(), edges.end(), [&](const auto& e) {
            return (set >> e.first & 1) != 0 || (set >> (lefts + e.second) & 1) != 0;
          }))
        continue;
      const int size = std::popcount(set);
      const int left = std::popcount(set & ((1U << lefts) - 1));
      if (size < fewest) most_left = 0;
      fewest = std::min(fewest, size);
      if (size == fewest) most_left = std::max(most_left, left);
    }
    const Cover cover = least_cover(edges);
    for (const auto& [l, r] : edges) ASSERT_TRUE(holds(cover.left, l) || holds(cover.right, r)) << seed;
    ASSERT_EQ(static_cast<int>(cover.left.size() + cover.right.size()), fewest) << seed;
    ASSERT_EQ(static_cast<int>(cover.left.size()), most_left) << seed;
  }
}

/// Augmenting paths one after the other.
size_t matching_by_paths(const Edges& edges, uint32_t lefts, uint32_t rights) {
  std::vector<std::vector<uint32_t>> rights_of(lefts);
  for (const auto& [l, r] : edges) rights_of[l].push_back(r);
  std::vector<int> of_right(rights, -1);
  std::vector<char> is_tried;
  const std::function<bool(uint32_t)> find = [&](uint32_t l) {
    for (const uint32_t r : rights_of[l]) {
      if (is_tried[r] != 0) continue;
      is_tried[r] = 1;
      if (of_right[r] >= 0 && !find(static_cast<uint32_t>(of_right[r]))) continue;
      of_right[r] = static_cast<int>(l);
      return true;
    }
    return false;
  };
  size_t size = 0;
  for (uint32_t l = 0; l < lefts; ++l) {
    is_tried.assign(rights, 0);
    size += find(l) ? 1 : 0;
  }
  return size;
}

TEST(LevelItems, ALargeCoverIsAsLargeAsTheLargestMatching) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    RandomStream random(seed, 6);
    const auto lefts = static_cast<uint32_t>(1 + random.below(120));
    const auto rights = static_cast<uint32_t>(1 + random.below(120));
    const Edges edges = edges_at_random(random, lefts, rights, 0.03 * random.uniform());
    const Cover cover = least_cover(edges);
    for (const auto& [l, r] : edges) ASSERT_TRUE(holds(cover.left, l) || holds(cover.right, r)) << seed;
    ASSERT_EQ(cover.left.size() + cover.right.size(), matching_by_paths(edges, lefts, rights)) << seed;
  }
}

TEST(LevelItems, OfOnePairByHand) {
  // Part 1's targets 0, 1, 2 read part 0's values: all of them value 0, and target 2 the values 1, 2, 3 besides.
  Layer layer;
  layer.sources = 4;
  layer.targets = 3;
  layer.begin = {0, 1, 2, 6};
  layer.source = {0, 0, 0, 1, 2, 3};
  const auto words = [&](Sent sent) {
    const LevelItems items = level_items(layer, {0, 0, 0, 0}, {1, 1, 1}, sent);
    return std::pair(items.readers.rank.size() - items.sums.size(), items.sums.size());
  };
  using Pair = std::pair<size_t, size_t>;  // values, sums
  EXPECT_EQ(words(Sent::values), Pair(4, 0));
  EXPECT_EQ(words(Sent::sums), Pair(0, 3));
  EXPECT_EQ(words(Sent::cover), Pair(1, 1));
}

TEST(LevelItems, EveryConnectionHasItsValueOrItsSumAndNothingElseGoes) {
  uint64_t gained = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    GivenLayers network = layers_at_random(seed, 25);
    RandomStream random(seed, 9);
    Partition partition{static_cast<uint32_t>(1 + random.below(5)), {}};
    for (const uint32_t width : network.widths()) {
      std::vector<uint32_t>& owner = partition.owner.emplace_back();
      for (uint32_t v = 0; v < width; ++v) owner.push_back(static_cast<uint32_t>(random.below(partition.parts)));
    }
    for (const Sent sent : {Sent::values, Sent::sums, Sent::cover}) {
      network.restart();
      Layer layer;
      for (size_t k = 0; network.next(layer); ++k) {
        const auto& from = partition.owner[k];
        const auto& to = partition.owner[k + 1];
        const LevelItems items = level_items(layer, from, to, sent);
        std::set<std::pair<uint32_t, uint32_t>> sums;
        for (const PartialSum& sum : items.sums) sums.insert({sum.part, sum.target});
        ASSERT_EQ(sums.size(), items.sums.size());
        std::set<std::pair<uint32_t, uint32_t>> needed;  // values, readers
        std::set<std::pair<uint32_t, uint32_t>> needed_sums;
        for (uint32_t t = 0; t < layer.targets; ++t)
          for (const uint32_t s : layer.sources_of(t)) {
            if (from[s] == to[t]) continue;
            if (items.is_read(s, to[t]))
              needed.insert({s, to[t]});
            else
              needed_sums.insert({from[s], t});
          }
        ASSERT_EQ(needed_sums, sums);
        for (uint32_t s = 0; s < layer.sources; ++s)
          for (const uint32_t part : items.readers.of(s))
            ASSERT_TRUE(part == from[s] || needed.contains({s, part})) << s;
      }
    }
    const Volume plain = volume_of(network, partition);
    const Volume values = volume_of(network, partition, {Sent::values, "direct"});
    const Volume sums = volume_of(network, partition, {Sent::sums, "direct"});
    const Volume cover = volume_of(network, partition, {Sent::cover, "direct"});
    ASSERT_EQ(values.total.words, plain.total.words);
    for (size_t k = 0; k < plain.layers.size(); ++k) {
      ASSERT_EQ(sums.layers[k].messages, plain.layers[k].messages);
      ASSERT_EQ(cover.layers[k].messages, plain.layers[k].messages);
      ASSERT_LE(cover.layers[k].words, std::min(plain.layers[k].words, sums.layers[k].words));
      gained += std::min(plain.layers[k].words, sums.layers[k].words) - cover.layers[k].words;
    }
  }
  EXPECT_GT(gained, 0U);
}

}  // namespace
}  // namespace sparsio
