// Nets against a map. Asserts, on random layers with and without a pin that has each value: every value with two pins
// or more is counted in exactly one net, that of its pins, and there is no other net.
#include "part/shared/nets.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "part/shared/random_layers_fixture.hpp"

namespace sparsio {
namespace {

using Pins = std::set<uint32_t>;

TEST(Nets, AreTheValuesByTheirPins) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomStream random(seed, 7);
    GivenLayers network = layers_at_random(seed, 20);
    Layer layer;
    while (network.next(layer)) {
      const bool is_owned = random.below(2) == 0;
      std::vector<uint32_t> has(is_owned ? layer.sources : 0);
      for (uint32_t& pin : has) pin = static_cast<uint32_t>(random.below(3));
      std::vector<uint32_t> reads(layer.targets);
      for (uint32_t& pin : reads) pin = static_cast<uint32_t>(2 + random.below(5));
      std::vector<Pins> pins(layer.sources);
      for (uint32_t s = 0; s < has.size(); ++s) pins[s].insert(has[s]);
      for (uint32_t t = 0; t < layer.targets; ++t)
        for (const uint32_t s : layer.sources_of(t)) pins[s].insert(reads[t]);
      std::map<Pins, uint32_t> expected;
      for (const Pins& of_value : pins)
        if (of_value.size() > 1) ++expected[of_value];
      const Nets nets = nets_of(layer, has, reads);
      ASSERT_EQ(nets.count(), expected.size()) << seed;
      for (size_t net = 0; net < nets.count(); ++net) {
        const auto found = nets.pins(net);
        ASSERT_EQ(found.size(), Pins(found.begin(), found.end()).size()) << seed;
        ASSERT_EQ(nets.weight[net], expected[Pins(found.begin(), found.end())]) << seed;
      }
    }
  }
}

}  // namespace
}  // namespace sparsio
