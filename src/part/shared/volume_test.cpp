// Volume against sets. Asserts, on random layers and random owners:
//   - the words of a layer are the pairs (value, part that reads it and does not own it), each once;
//   - the messages are the pairs of parts among them; who sends most is who owns most of them;
//   - the imbalances are those of connections counted row by row.
#include "part/shared/volume.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "part/shared/random_layers_fixture.hpp"

namespace sparsio {
namespace {

TEST(Volume, IsThatOfSets) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    GivenLayers network = layers_at_random(seed, 20);
    RandomStream random(seed, 9);
    Partition partition{static_cast<uint32_t>(1 + random.below(6)), {}};
    for (const uint32_t width : network.widths()) {
      std::vector<uint32_t>& owner = partition.owner.emplace_back();
      for (uint32_t v = 0; v < width; ++v) owner.push_back(static_cast<uint32_t>(random.below(partition.parts)));
    }
    const Volume volume = volume_of(network, partition);
    std::map<uint32_t, uint64_t> sent;
    uint64_t words = 0;
    uint64_t messages = 0;
    double slowest = 0;
    double connections = 0;
    network.restart();
    Layer layer;
    for (size_t k = 0; network.next(layer); ++k) {
      std::set<std::tuple<uint32_t, uint32_t, uint32_t>> sendings;  // from, to, value
      std::vector<double> load(partition.parts, 0);
      for (uint32_t t = 0; t < layer.targets; ++t)
        for (const uint32_t s : layer.sources_of(t)) {
          const uint32_t from = partition.owner[k][s];
          const uint32_t to = partition.owner[k + 1][t];
          load[to] += 1;
          if (from != to) sendings.insert({from, to, s});
        }
      std::map<uint32_t, uint64_t> sent_here;
      std::set<std::pair<uint32_t, uint32_t>> pairs;
      for (const auto& [from, to, s] : sendings) {
        ++sent_here[from];
        ++sent[from];
        pairs.insert({from, to});
      }
      uint64_t most = 0;
      for (const auto& [from, count] : sent_here) most = std::max(most, count);
      const double heaviest = *std::max_element(load.begin(), load.end());
      const auto in_all = static_cast<double>(layer.connections());
      ASSERT_EQ(volume.layers[k].words, sendings.size());
      ASSERT_EQ(volume.layers[k].words_max, most);
      ASSERT_EQ(volume.layers[k].messages, pairs.size());
      ASSERT_NEAR(volume.layers[k].imbalance, in_all > 0 ? heaviest * partition.parts / in_all - 1 : 0, 1e-12);
      words += sendings.size();
      messages += pairs.size();
      slowest += heaviest;
      connections += in_all;
    }
    uint64_t most = 0;
    for (const auto& [from, count] : sent) most = std::max(most, count);
    ASSERT_EQ(volume.layers.size(), network.widths().size() - 1);
    ASSERT_EQ(volume.total.words, words);
    ASSERT_EQ(volume.total.words_max, most);
    ASSERT_EQ(volume.total.messages, messages);
    ASSERT_NEAR(volume.total.imbalance, connections > 0 ? slowest * partition.parts / connections - 1 : 0, 1e-12);
  }
}

}  // namespace
}  // namespace sparsio
