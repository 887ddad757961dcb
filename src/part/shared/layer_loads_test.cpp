// What each worker does, summed up, is what volume says of all, on random layers and random owners; and what is sent is
// received.
#include "part/shared/layer_loads.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "part/shared/random_layers_fixture.hpp"
#include "part/shared/volume.hpp"

namespace sparsio {
namespace {

TEST(LayerLoads, SumsAreThoseOfVolume) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    GivenLayers network = layers_at_random(seed, 20);
    RandomStream random(seed, 9);
    Partition partition{static_cast<uint32_t>(1 + random.below(6)), {}};
    for (const uint32_t width : network.widths()) {
      std::vector<uint32_t>& owner = partition.owner.emplace_back();
      for (uint32_t v = 0; v < width; ++v) owner.push_back(static_cast<uint32_t>(random.below(partition.parts)));
    }
    const Volume volume = volume_of(network, partition);
    const auto loads = layer_loads(network, partition);
    ASSERT_EQ(loads.size(), volume.layers.size());
    for (size_t k = 0; k < loads.size(); ++k) {
      WorkerLoad sum;
      uint64_t most = 0;
      uint64_t slowest = 0;
      for (const WorkerLoad& load : loads[k]) {
        sum.sent_words += load.sent_words;
        sum.sent_messages += load.sent_messages;
        sum.received_words += load.received_words;
        sum.received_messages += load.received_messages;
        sum.connections += load.connections;
        most = std::max(most, load.sent_words);
        slowest = std::max(slowest, load.connections);
      }
      EXPECT_EQ(sum.sent_words, volume.layers[k].words);
      EXPECT_EQ(sum.received_words, sum.sent_words);
      EXPECT_EQ(sum.sent_messages, volume.layers[k].messages);
      EXPECT_EQ(sum.received_messages, sum.sent_messages);
      EXPECT_EQ(most, volume.layers[k].words_max);
      if (sum.connections > 0) {
        const double mean = static_cast<double>(sum.connections) / partition.parts;
        EXPECT_NEAR(static_cast<double>(slowest) / mean - 1, volume.layers[k].imbalance, 1e-9);
      }
    }
  }
}

}  // namespace
}  // namespace sparsio
