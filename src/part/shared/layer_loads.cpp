#include "part/shared/layer_loads.hpp"

#include <algorithm>

#include "part/shared/inverse.hpp"

namespace sparsio {

std::vector<std::vector<WorkerLoad>> layer_loads(LayerSource& network, const Partition& partition) {
  std::vector<std::vector<WorkerLoad>> loads;
  network.restart();
  Layer layer;
  for (size_t k = 0; network.next(layer); ++k) {
    const std::vector<uint32_t>& from = partition.owner[k];
    const std::vector<uint32_t>& to = partition.owner[k + 1];
    std::vector<WorkerLoad> of(partition.parts);
    const Inverse readers = readers_of(layer);
    std::vector<uint64_t> pairs;  // sender and receiver of each message, once a word
    std::vector<uint32_t> parts;
    for (uint32_t s = 0; s < layer.sources; ++s) {
      parts.clear();
      for (const uint32_t t : readers.of(s)) parts.push_back(to[t]);
      std::sort(parts.begin(), parts.end());
      parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
      for (const uint32_t reader : parts) {
        if (reader == from[s]) continue;
        ++of[from[s]].sent_words;
        ++of[reader].received_words;
        pairs.push_back(uint64_t{from[s]} * partition.parts + reader);
      }
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    for (const uint64_t pair : pairs) {
      ++of[pair / partition.parts].sent_messages;
      ++of[pair % partition.parts].received_messages;
    }
    for (uint32_t t = 0; t < layer.targets; ++t) of[to[t]].connections += layer.sources_of(t).size();
    loads.push_back(std::move(of));
  }
  return loads;
}

}  // namespace sparsio
