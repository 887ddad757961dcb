#include "part/volume.hpp"

#include <algorithm>

#include "part/readers.hpp"

namespace sparsio {
namespace {

double over_mean(double most, double mean) {
  return mean > 0 ? most / mean - 1 : 0;
}

}  // namespace

Volume volume_of(LayerSource& network, const Partition& partition) {
  const uint32_t parts = partition.parts;
  Volume volume;
  std::vector<uint64_t> sends(parts, 0);
  std::vector<uint64_t> sends_in_layer(parts);
  std::vector<uint64_t> connections(parts);
  std::vector<uint64_t> seen(parts, 0);  // the source that was last sent to each part, counted from 1
  std::vector<uint64_t> pairs;
  uint64_t sources = 0;
  double slowest = 0;
  double mean = 0;
  network.restart();
  Layer layer;
  for (size_t k = 0; network.next(layer); ++k) {
    const std::vector<uint32_t>& from = partition.owner[k];
    const std::vector<uint32_t>& to = partition.owner[k + 1];
    std::fill(sends_in_layer.begin(), sends_in_layer.end(), 0);
    std::fill(connections.begin(), connections.end(), 0);
    pairs.clear();
    for (uint32_t t = 0; t < layer.targets; ++t) connections[to[t]] += layer.sources_of(t).size();
    const Readers readers(layer);
    for (uint32_t s = 0; s < layer.sources; ++s) {
      ++sources;
      seen[from[s]] = sources;
      for (const uint32_t t : readers.of(s)) {
        if (seen[to[t]] == sources) continue;
        seen[to[t]] = sources;
        ++sends_in_layer[from[s]];
        pairs.push_back(uint64_t{from[s]} << 32 | to[t]);
      }
    }
    LayerVolume& of_layer = volume.layers.emplace_back();
    of_layer.words = pairs.size();
    of_layer.words_max = *std::max_element(sends_in_layer.begin(), sends_in_layer.end());
    std::sort(pairs.begin(), pairs.end());
    of_layer.messages = static_cast<uint64_t>(std::unique(pairs.begin(), pairs.end()) - pairs.begin());
    const auto most = static_cast<double>(*std::max_element(connections.begin(), connections.end()));
    const double even = static_cast<double>(layer.connections()) / parts;
    of_layer.imbalance = over_mean(most, even);
    slowest += most;
    mean += even;
    volume.words += of_layer.words;
    volume.messages += of_layer.messages;
    for (uint32_t p = 0; p < parts; ++p) sends[p] += sends_in_layer[p];
  }
  volume.words_max = *std::max_element(sends.begin(), sends.end());
  volume.imbalance = over_mean(slowest, mean);
  return volume;
}

}  // namespace sparsio
