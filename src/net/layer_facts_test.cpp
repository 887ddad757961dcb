// What one walk tells of layers. Asserts:
//   - on random layers with neurons that nobody feeds or reads: the words of the model are those of the network held
//     whole, and each count is that of a dumber loop over all pairs;
//   - twins are counted without targets that have no sources, and weights are told apart up to the limit.
#include "net/layer_facts.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/random.hpp"
#include "net/given_layers.hpp"

namespace sparsio {
namespace {

Layer random_layer(uint32_t sources, uint32_t targets, double density, RandomStream& random) {
  Layer layer{.sources = sources, .targets = targets, .begin = {0}, .source = {}, .weight = {}, .bias = {}};
  for (uint32_t t = 0; t < targets; ++t) {
    for (uint32_t s = 0; s < sources; ++s) {
      if (random.uniform() >= density) continue;
      layer.source.push_back(s);
      layer.weight.push_back(static_cast<float>(random.below(3)) + 1);
    }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(static_cast<float>(random.below(2)));
  }
  return layer;
}

bool reads(const Layer& layer, uint32_t target, uint32_t source) {
  for (const uint32_t one : layer.sources_of(target))
    if (one == source) return true;
  return false;
}

void expect_as_looked_at(const LayerFacts& facts, const Layer& layer) {
  uint64_t without_sources = 0;
  uint64_t unread = 0;
  uint64_t twins = 0;
  for (uint32_t t = 0; t < layer.targets; ++t) {
    const std::vector<uint32_t> own(layer.sources_of(t).begin(), layer.sources_of(t).end());
    without_sources += own.empty() ? 1 : 0;
    bool has_twin = false;
    for (uint32_t other = 0; other < layer.targets; ++other) {
      const auto its = layer.sources_of(other);
      has_twin = has_twin || (other != t && !own.empty() && own == std::vector<uint32_t>(its.begin(), its.end()));
    }
    twins += has_twin ? 1 : 0;
  }
  for (uint32_t s = 0; s < layer.sources; ++s) {
    bool is_read = false;
    for (uint32_t t = 0; t < layer.targets; ++t) is_read = is_read || reads(layer, t, s);
    unread += is_read ? 0 : 1;
  }
  EXPECT_EQ(facts.connections, layer.source.size());
  EXPECT_EQ(facts.without_sources, without_sources);
  EXPECT_EQ(facts.unread, unread);
  EXPECT_EQ(facts.twins, twins);
  EXPECT_EQ(facts.different_weights, std::set<float>(layer.weight.begin(), layer.weight.end()).size());
}

TEST(LayerFacts, AreThoseOfTheNetworkHeldWhole) {
  for (uint64_t item = 0; item < 300; ++item) {
    RandomStream random(7, item);
    std::vector<Layer> layers;
    auto width = static_cast<uint32_t>(1 + random.below(7));
    for (uint64_t count = 1 + random.below(4); count > 0; --count) {
      const auto next = static_cast<uint32_t>(1 + random.below(7));
      layers.push_back(random_layer(width, next, random.uniform(), random));
      width = next;
    }
    NetworkWalk walk;
    for (const Layer& layer : layers) expect_as_looked_at(walk.add(layer), layer);
    GivenLayers given(layers);
    const NetworkFacts whole = Network(given, 1000).facts();
    const NetworkFacts told = walk.facts();
    EXPECT_EQ(told.neurons, whole.neurons) << item;
    EXPECT_EQ(told.connections, whole.connections) << item;
    EXPECT_EQ(told.inputs, whole.inputs) << item;
    EXPECT_EQ(told.outputs, whole.outputs) << item;
  }
}

TEST(LayerFacts, TellWeightsApartUpToALimit) {
  Layer layer{.sources = 10000, .targets = 1, .begin = {0, 10000}, .source = {}, .weight = {}, .bias = {0}};
  for (uint32_t s = 0; s < 10000; ++s) {
    layer.source.push_back(s);
    layer.weight.push_back(static_cast<float>(s % 4096) + 1);
  }
  EXPECT_EQ(NetworkWalk().add(layer).different_weights, LayerFacts::most_different);
  layer.weight.back() = -1;
  EXPECT_EQ(NetworkWalk().add(layer).different_weights, LayerFacts::most_different + 1);
}

}  // namespace
}  // namespace sparsio
