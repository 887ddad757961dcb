#include "part/shared/exchange_plan.hpp"

#include <algorithm>
#include <set>

#include "mpi/shared/route.hpp"

namespace sparsio {

Volume volume_of(LayerSource& network, const Partition& partition, const ExchangePlan& plan) {
  Volume volume = volume_of(network, partition);  // imbalances do not depend on what is sent
  if (plan.is_plain()) return volume;
  const Route route = Route::named(plan.route, partition.parts);
  volume.total.words = 0;
  volume.total.messages = 0;
  std::vector<uint64_t> sent_in_all(partition.parts, 0);
  std::vector<uint64_t> sent(partition.parts);
  network.restart();
  Layer layer;
  for (size_t k = 0; network.next(layer); ++k) {
    const LevelItems items = level_items(layer, partition.owner[k], partition.owner[k + 1], plan.sent);
    LayerVolume& here = volume.layers[k];
    here.words = 0;
    std::fill(sent.begin(), sent.end(), 0);
    std::set<Hop> messages;
    for (uint32_t item = 0; item < items.owner.size(); ++item)
      for (const Hop& hop : hops_of(route, items.owner[item], items.readers.of(item))) {
        ++here.words;
        ++sent[hop.from];
        ++sent_in_all[hop.from];
        messages.insert(hop);
      }
    here.words_max = *std::max_element(sent.begin(), sent.end());
    here.messages = messages.size();
    volume.total.words += here.words;
    volume.total.messages += here.messages;
  }
  volume.total.words_max = *std::max_element(sent_in_all.begin(), sent_in_all.end());
  return volume;
}

}  // namespace sparsio
