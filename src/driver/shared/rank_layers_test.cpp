// The network taken apart among ranks, and put together again. Asserts, on random networks, for every partitioner and
// for one rank up to more than there are rows:
//   - every row of the network is on one rank, its owner, with its weights, its bias and its sources in the order of
//     their ids, each of which the rank owns or receives;
//   - words and messages of all patterns are those that the partition's volume says, layer by layer, and so are the
//     words of the rank that sends most;
//   - a partition of another network is refused; columns of a batch hold what it holds.
#include "driver/shared/rank_layers.hpp"

#include <gtest/gtest.h>

#include "driver/shared/model_fixture.hpp"
#include "driver/shared/own_inputs.hpp"
#include "part/shared/volume.hpp"

namespace sparsio {
namespace {

constexpr uint64_t networks = 12;
constexpr int ranks_tried[] = {1, 2, 3, 8, 50};

struct Row {
  std::vector<uint32_t> source;
  std::vector<float> weight;
  float bias;
  bool operator==(const Row&) const = default;
};

std::vector<std::vector<Row>> rows_of(LayerSource& network) {
  std::vector<std::vector<Row>> rows;
  network.restart();
  for (Layer layer; network.next(layer);) {
    auto& of_layer = rows.emplace_back();
    for (uint32_t t = 0; t < layer.targets; ++t) {
      const auto sources = layer.sources_of(t);
      of_layer.push_back({{sources.begin(), sources.end()},
                          {layer.weight.begin() + static_cast<int64_t>(layer.begin[t]),
                           layer.weight.begin() + static_cast<int64_t>(layer.begin[t + 1])},
                          layer.bias[t]});
    }
  }
  return rows;
}

/// The rank's rows, in the ids of the network.
void put_back(RankLayers& layers, std::vector<std::vector<Row>>& rows) {
  layers.restart();
  Layer layer;
  for (size_t k = 0; layers.next(layer); ++k) {
    const RoutedShare& share = layers.share();
    const auto id = [&](uint32_t source) {
      const uint32_t row = layers.source_row()[source];
      return row < share.own.size() ? share.own[row] : share.ghosts[row - share.own.size()];
    };
    const std::vector<uint32_t> own = layers.own(k + 1);
    ASSERT_EQ(own.size(), layer.targets);
    for (uint32_t t = 0; t < layer.targets; ++t) {
      Row& row = rows[k][own[t]];
      for (uint64_t c = layer.begin[t]; c < layer.begin[t + 1]; ++c) {
        row.source.push_back(id(layer.source[c]));
        row.weight.push_back(layer.weight[c]);
      }
      row.bias = layer.bias[t];
    }
  }
}

TEST(RankLayers, AreTheNetworkTakenApart) {
  for (const std::string& name : dividing_partitioners())
    for (uint64_t seed = 0; seed < networks; ++seed)
      for (const int ranks : ranks_tried) {
        GivenLayers network = network_at_random(seed);
        const Partition partition = partition_by(name, network, ranks);
        const std::vector<std::vector<Row>> whole = rows_of(network);
        std::vector<std::vector<Row>> rows;
        for (const auto& of_layer : whole) rows.emplace_back(of_layer.size(), Row{{}, {}, 99});
        for (int rank = 0; rank < ranks; ++rank) {
          RankLayers layers(network, partition, rank);
          put_back(layers, rows);
        }
        ASSERT_TRUE(rows == whole) << name << ", seed " << seed << ", ranks " << ranks;
      }
}

TEST(RankLayers, SendWhatTheVolumeSays) {
  uint64_t sent = 0;
  for (const std::string& name : dividing_partitioners())
    for (uint64_t seed = 0; seed < networks; ++seed)
      for (const int ranks : ranks_tried) {
        GivenLayers network = network_at_random(seed);
        const Partition partition = partition_by(name, network, ranks);
        const Volume volume = volume_of(network, partition);
        std::vector<uint64_t> words(volume.layers.size(), 0);
        std::vector<uint64_t> messages(words);
        uint64_t words_max = 0;
        for (int rank = 0; rank < ranks; ++rank) {
          RankLayers layers(network, partition, rank);
          layers.restart();
          Layer layer;
          uint64_t of_rank = 0;
          for (size_t k = 0; layers.next(layer); ++k)
            for (const RowsOfPeer& peer : layers.share().stages.front().sends) {
              words[k] += peer.rows.size();
              of_rank += peer.rows.size();
              ++messages[k];
            }
          words_max = std::max(words_max, of_rank);
        }
        for (size_t k = 0; k < words.size(); ++k) {
          ASSERT_EQ(words[k], volume.layers[k].words) << name << ", seed " << seed << ", layer " << k;
          ASSERT_EQ(messages[k], volume.layers[k].messages) << name << ", seed " << seed << ", layer " << k;
          sent += words[k];
        }
        ASSERT_EQ(words_max, volume.total.words_max);
      }
  EXPECT_GT(sent, 10'000U);
}

TEST(RankLayers, RefuseThePartitionOfAnotherNetwork) {
  GivenLayers network = network_at_random(1);
  Partition partition = partition_by("contiguous", network, 2);
  EXPECT_NO_THROW(RankLayers(network, partition, 0));
  partition.owner[1].push_back(0);
  EXPECT_THROW(RankLayers(network, partition, 0), Unsupported);
  partition.owner.resize(1);
  EXPECT_THROW(RankLayers(network, partition, 0), Unsupported);
}

TEST(OwnInputs, HoldWhatTheBatchHolds) {
  for (uint64_t seed = 0; seed < 8; ++seed) {
    const Inputs inputs = inputs_at_random(seed, 9, 37);
    const std::vector<uint32_t> numbers = {1, 2, 7, 8, 9, 15, 16, 20, 31, 36};
    const Inputs some = columns_of(inputs, numbers);
    ASSERT_EQ(some.width, numbers.size());
    ASSERT_EQ(some.is_packed(), inputs.is_packed());
    for (uint64_t i = 0; i < inputs.count; ++i)
      for (uint32_t k = 0; k < numbers.size(); ++k) ASSERT_EQ(some.at(i, k), inputs.at(i, numbers[k]));
    ASSERT_FALSE(row_with_set_padding(some));
    EXPECT_EQ(columns_of(inputs, {}).width, 0U);
  }
}

}  // namespace
}  // namespace sparsio
