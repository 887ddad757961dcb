// Every registered partitioner, on random layers with empty rows, twins and values that nobody reads, for one part up
// to more parts than rows. Asserts:
//   - every neuron of every level has an owner among the parts, and an input one that reads it if anyone does;
//   - the same twice gives the same partition;
//   - one part sends nothing;
//   - what promises even parts keeps the promise where pieces can keep it;
//   - `joint` sends no more words than `twins`.
#include <gtest/gtest.h>

#include <algorithm>

#include "part/layers_at_random.hpp"
#include "part/partitioner.hpp"
#include "part/pieces.hpp"
#include "part/volume.hpp"
#include "plugin/spec.hpp"

namespace sparsio {
namespace {

constexpr uint64_t networks = 25;
constexpr uint32_t widest = 24;
constexpr uint32_t parts_tried[] = {1, 2, 3, 7, 2 * widest};

Partition made(const std::string& spec, LayerSource& network, uint32_t parts) {
  const auto method = resolve<PartitionerKind>(spec, "test");
  return partition(method.kind(), network, parts, method.params);
}

template <class Check>
void for_all(const Check& check) {
  for (const std::string& name : Registry<PartitionerKind>::instance().names())
    for (uint64_t seed = 0; seed < networks; ++seed) {
      GivenLayers network = layers_at_random(seed, widest);
      for (const uint32_t parts : parts_tried) {
        SCOPED_TRACE(name + ", seed " + std::to_string(seed) + ", parts " + std::to_string(parts));
        check(name, network, parts);
      }
    }
}

TEST(Partitioners, EveryNeuronHasOneOwnerAndInputsThoseWhoReadThem) {
  for_all([](const std::string& name, GivenLayers& network, uint32_t parts) {
    const Partition partition = made(name, network, parts);
    ASSERT_EQ(partition.parts, parts);
    ASSERT_EQ(partition.owner.size(), network.widths().size());
    for (size_t level = 0; level < partition.owner.size(); ++level) {
      ASSERT_EQ(partition.owner[level].size(), network.widths()[level]);
      for (const uint32_t owner : partition.owner[level]) ASSERT_LT(owner, parts);
    }
    network.restart();
    Layer first;
    ASSERT_TRUE(network.next(first));
    std::vector<bool> is_read(first.sources, false);
    std::vector<bool> is_read_by_owner(first.sources, false);
    for (uint32_t t = 0; t < first.targets; ++t)
      for (const uint32_t s : first.sources_of(t)) {
        is_read[s] = true;
        if (partition.owner[0][s] == partition.owner[1][t]) is_read_by_owner[s] = true;
      }
    ASSERT_EQ(is_read, is_read_by_owner);
  });
}

TEST(Partitioners, TheSameTwiceIsTheSame) {
  for_all([](const std::string& name, GivenLayers& network, uint32_t parts) {
    ASSERT_EQ(made(name, network, parts).owner, made(name, network, parts).owner);
  });
}

TEST(Partitioners, OnePartSendsNothing) {
  for_all([](const std::string& name, GivenLayers& network, uint32_t parts) {
    if (parts > 1) return;
    const Volume volume = volume_of(network, made(name, network, 1));
    ASSERT_EQ(volume.words, 0U);
    ASSERT_EQ(volume.messages, 0U);
    ASSERT_EQ(volume.imbalance, 0.0);
  });
}

TEST(Partitioners, TwinsAndJointKeepPartsEven) {
  for_all([](const std::string& name, GivenLayers& network, uint32_t parts) {
    if (name != "twins" && name != "joint") return;
    const double imbalance = 0.2;
    const Partition partition = made(name + ":imbalance=0.2", network, parts);
    network.restart();
    Layer layer;
    for (size_t k = 0; network.next(layer); ++k) {
      std::vector<uint64_t> connections(parts, 0);
      for (uint32_t t = 0; t < layer.targets; ++t) connections[partition.owner[k + 1][t]] += layer.sources_of(t).size();
      ASSERT_LE(*std::max_element(connections.begin(), connections.end()), pieces_of(layer, parts, imbalance).most)
          << "layer " << k + 1;
    }
  });
}

TEST(Partitioners, JointSendsNoMoreThanTwins) {
  uint64_t fewer = 0;
  for_all([&](const std::string& name, GivenLayers& network, uint32_t parts) {
    if (name != "joint") return;
    const uint64_t words = volume_of(network, made("joint", network, parts)).words;
    const uint64_t start = volume_of(network, made("twins", network, parts)).words;
    ASSERT_LE(words, start);
    fewer += words < start ? 1 : 0;
  });
  EXPECT_GT(fewer, networks);
}

}  // namespace
}  // namespace sparsio
