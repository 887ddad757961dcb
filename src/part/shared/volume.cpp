#include "part/shared/volume.hpp"

#include <algorithm>
#include <numeric>

#include "part/shared/inverse.hpp"

namespace sparsio {
namespace {

double over_mean(double most, double mean) {
  return mean > 0 ? most / mean - 1 : 0;
}

/// What the parts send before one layer after another.
class Sendings {
 public:
  explicit Sendings(uint32_t parts)
      : words_(parts), words_of_all_(parts, 0), of_value_(parts, 0), of_sender_(parts, 0) {}

  /// Values by owner, so that whoever a part sends to is met while it sends.
  LayerVolume count(const Layer& layer, const std::vector<uint32_t>& from, const std::vector<uint32_t>& to) {
    std::vector<uint32_t> sequence(layer.sources);
    std::iota(sequence.begin(), sequence.end(), 0U);
    std::stable_sort(sequence.begin(), sequence.end(), [&](uint32_t a, uint32_t b) { return from[a] < from[b]; });
    const Inverse readers = readers_of(layer);
    LayerVolume volume;
    std::fill(words_.begin(), words_.end(), 0);
    uint32_t sender = ~uint32_t{0};
    for (const uint32_t s : sequence) {
      if (from[s] != sender) ++senders_;
      sender = from[s];
      of_value_[sender] = ++values_;
      for (const uint32_t t : readers.of(s)) {
        const uint32_t reader = to[t];
        if (of_value_[reader] == values_) continue;
        of_value_[reader] = values_;
        ++words_[sender];
        if (of_sender_[reader] != senders_) ++volume.messages;
        of_sender_[reader] = senders_;
      }
    }
    for (size_t p = 0; p < words_.size(); ++p) {
      volume.words += words_[p];
      volume.words_max = std::max(volume.words_max, words_[p]);
      words_of_all_[p] += words_[p];
    }
    return volume;
  }

  uint64_t words_max() const { return *std::max_element(words_of_all_.begin(), words_of_all_.end()); }

 private:
  std::vector<uint64_t> words_;  // that each part sends, in the layer and in all
  std::vector<uint64_t> words_of_all_;
  std::vector<uint64_t> of_value_;   // the value, and the sender, that each part received from last, counted from 1
  std::vector<uint64_t> of_sender_;  //   over all layers
  uint64_t values_ = 0;
  uint64_t senders_ = 0;
};

}  // namespace

Volume volume_of(LayerSource& network, const Partition& partition) {
  Volume volume;
  Sendings sendings(partition.parts);
  std::vector<uint64_t> connections(partition.parts);
  double slowest = 0;
  double mean = 0;
  network.restart();
  Layer layer;
  for (size_t k = 0; network.next(layer); ++k) {
    const std::vector<uint32_t>& to = partition.owner[k + 1];
    LayerVolume of_layer = sendings.count(layer, partition.owner[k], to);
    std::fill(connections.begin(), connections.end(), 0);
    for (uint32_t t = 0; t < layer.targets; ++t) connections[to[t]] += layer.sources_of(t).size();
    const auto most = static_cast<double>(*std::max_element(connections.begin(), connections.end()));
    const double even = static_cast<double>(layer.connections()) / partition.parts;
    of_layer.imbalance = over_mean(most, even);
    slowest += most;
    mean += even;
    volume.total.words += of_layer.words;
    volume.total.messages += of_layer.messages;
    volume.layers.push_back(of_layer);
  }
  volume.total.words_max = sendings.words_max();
  volume.total.imbalance = over_mean(slowest, mean);
  return volume;
}

}  // namespace sparsio
