// Every registered partitioner, on random layers with empty rows, twins and values that nobody reads, for one part up
// to more parts than rows. Asserts:
//   - every neuron of every level has an owner among the parts, and an input one that reads it if anyone does;
//   - the same twice gives the same partition;
//   - one part sends nothing;
//   - who promises even parts keeps the promise: nobody has more than (1 + imbalance) of the mean or, where rows are
//     too heavy for that, than rows given out by weight would have;
//   - a network that falls apart into equal components, one a part, sends nothing, and neither does one whose second
//     layer reads what one part has;
//   - rows without sources are spread;
//   - `joint` sends no more words than `twins`.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/spec.hpp"
#include "part/partitioner.hpp"
#include "part/shared/random_layers_fixture.hpp"
#include "part/shared/volume.hpp"

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
  for (const std::string& name : dividing_partitioners())
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
    ASSERT_EQ(volume.total.words, 0U);
    ASSERT_EQ(volume.total.messages, 0U);
    ASSERT_EQ(volume.total.imbalance, 0.0);
  });
}

bool looks_at_the_network(const std::string& name) {
  return name != "contiguous" && name != "random";
}

/// The most that a part has when rows, the heaviest first, go to the lightest.
uint64_t most_by_weight(const Layer& layer, uint32_t parts) {
  std::vector<uint64_t> rows;
  for (uint32_t t = 0; t < layer.targets; ++t) rows.push_back(layer.sources_of(t).size());
  std::sort(rows.rbegin(), rows.rend());
  std::vector<uint64_t> load(parts, 0);
  for (const uint64_t row : rows) *std::min_element(load.begin(), load.end()) += row;
  return *std::max_element(load.begin(), load.end());
}

TEST(Partitioners, WhoLooksAtTheNetworkKeepsPartsEven) {
  for_all([](const std::string& name, GivenLayers& network, uint32_t parts) {
    if (!looks_at_the_network(name)) return;
    const Partition partition = made(name + ":imbalance=0.2", network, parts);
    network.restart();
    Layer layer;
    for (size_t k = 0; network.next(layer); ++k) {
      std::vector<uint64_t> connections(parts, 0);
      for (uint32_t t = 0; t < layer.targets; ++t) connections[partition.owner[k + 1][t]] += layer.sources_of(t).size();
      const double even = 1.2 * static_cast<double>(layer.connections()) / parts;
      ASSERT_LE(static_cast<double>(*std::max_element(connections.begin(), connections.end())),
                std::max(even, static_cast<double>(most_by_weight(layer, parts))))
          << "layer " << k + 1;
    }
  });
}

Layer layer_of(uint32_t sources, const std::vector<std::vector<uint32_t>>& rows) {
  Layer layer;
  layer.sources = sources;
  layer.targets = static_cast<uint32_t>(rows.size());
  layer.begin = {0};
  for (const auto& row : rows) {
    layer.source.insert(layer.source.end(), row.begin(), row.end());
    layer.begin.push_back(layer.source.size());
  }
  layer.weight.assign(layer.source.size(), 1.0F);
  layer.bias.assign(layer.targets, 0.0F);
  return layer;
}

TEST(Partitioners, ComponentsSendNothing) {
  constexpr uint32_t parts = 4;
  constexpr uint32_t width = 48;  // neuron v is of component v % parts
  std::vector<Layer> layers;
  for (uint64_t k = 0; k < 3; ++k) {
    RandomStream random(k, 0);
    std::vector<std::vector<uint32_t>> rows(width);
    for (uint32_t t = 0; t < width; ++t) {
      std::vector<uint32_t> component;
      for (uint32_t s = t % parts; s < width; s += parts) component.push_back(s);
      while (rows[t].size() < 4) {
        const size_t at = random.below(component.size());
        rows[t].push_back(component[at]);
        component.erase(component.begin() + static_cast<int64_t>(at));
      }
      std::sort(rows[t].begin(), rows[t].end());
    }
    layers.push_back(layer_of(width, rows));
  }
  GivenLayers network(std::move(layers), Activation::relu);
  for (const std::string& name : dividing_partitioners())
    if (looks_at_the_network(name)) {
      EXPECT_EQ(volume_of(network, made(name + ":imbalance=0", network, parts)).total.words, 0U) << name;
    }
}

TEST(Partitioners, RowsGoWhereWhatTheyReadIs) {
  // Two groups of inputs, two rows each; then rows that read the values of one group: any other names of the parts in
  // the second layer, or rows of both groups in a part, would send.
  for (const bool is_turned : {false, true}) {
    const std::vector<std::vector<uint32_t>> first = {{0, 1}, {2, 3}, {0, 1}, {2, 3}};
    std::vector<std::vector<uint32_t>> second = {{0, 2}, {0, 2}, {1, 3}, {1, 3}};
    if (is_turned) std::reverse(second.begin(), second.end());
    GivenLayers network({layer_of(4, first), layer_of(4, second)}, Activation::relu);
    for (const std::string& name : dividing_partitioners())
      if (looks_at_the_network(name)) {
        EXPECT_EQ(volume_of(network, made(name, network, 2)).total.words, 0U) << name;
      }
  }
}

TEST(Partitioners, RowsWithoutSourcesAreSpread) {
  std::vector<std::vector<uint32_t>> rows(80);
  for (uint32_t t = 0; t < 8; ++t) rows[t * 10] = {t};
  GivenLayers network({layer_of(8, rows)}, Activation::relu);
  for (const std::string name : {"twins", "joint"}) {
    const Partition partition = made(name, network, 8);
    std::vector<int> count(8, 0);
    for (const uint32_t owner : partition.owner[1]) ++count[owner];
    EXPECT_LE(*std::max_element(count.begin(), count.end()), 11) << name;
  }
}

TEST(Partitioners, JointSendsNoMoreThanTwins) {
  uint64_t fewer = 0;
  for_all([&](const std::string& name, GivenLayers& network, uint32_t parts) {
    if (name != "joint") return;
    const uint64_t words = volume_of(network, made("joint", network, parts)).total.words;
    const uint64_t start = volume_of(network, made("twins", network, parts)).total.words;
    ASSERT_LE(words, start);
    fewer += words < start ? 1 : 0;
  });
  EXPECT_GT(fewer, networks);
}

}  // namespace
}  // namespace sparsio
