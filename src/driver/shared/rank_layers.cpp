#include "driver/shared/rank_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "part/shared/inverse.hpp"

namespace sparsio {
namespace {

Readers reading_ranks(const Layer& layer, const std::vector<uint32_t>& owner) {
  const Inverse targets = readers_of(layer);
  Readers readers{{0}, {}};
  std::vector<uint32_t> ranks;
  for (uint32_t s = 0; s < layer.sources; ++s) {
    ranks.clear();
    for (const uint32_t t : targets.of(s)) ranks.push_back(owner[t]);
    std::sort(ranks.begin(), ranks.end());
    ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
    readers.rank.insert(readers.rank.end(), ranks.begin(), ranks.end());
    readers.begin.push_back(readers.rank.size());
  }
  return readers;
}

void check_is_of(const Partition& partition, const LayerSource& network) {
  const std::vector<uint32_t>& widths = network.widths();
  const auto is_as_wide = [](const std::vector<uint32_t>& owner, uint32_t width) { return owner.size() == width; };
  if (partition.owner.size() != widths.size() ||
      !std::equal(widths.begin(), widths.end(), partition.owner.begin(),
                  [&](uint32_t width, const auto& owner) { return is_as_wide(owner, width); }))
    throw Unsupported("the partition is one of another network: its levels are not as wide");
}

}  // namespace

RankLayers::RankLayers(LayerSource& network, const Partition& partition, int rank)
    : network_(network), partition_(partition), rank_(rank) {
  check_is_of(partition, network);
  for (const auto& owner : partition.owner)
    widths_.push_back(static_cast<uint32_t>(std::count(owner.begin(), owner.end(), static_cast<uint32_t>(rank))));
}

void RankLayers::restart() {
  network_.restart();
  at_ = 0;
}

bool RankLayers::next(Layer& layer) {
  if (!network_.next(whole_)) return false;
  share_ = share_of_level(rank_, partition_.owner[at_], reading_ranks(whole_, partition_.owner[at_ + 1]));
  ++at_;
  number_sources();
  keep_own_rows(layer);
  return true;
}

std::vector<uint32_t> RankLayers::own(size_t level) const {
  const std::vector<uint32_t>& owner = partition_.owner[level];
  std::vector<uint32_t> ids;
  for (uint32_t v = 0; v < owner.size(); ++v)
    if (owner[v] == static_cast<uint32_t>(rank_)) ids.push_back(v);
  return ids;
}

void RankLayers::number_sources() {
  std::vector<uint32_t> id = share_.own;
  id.insert(id.end(), share_.ghosts.begin(), share_.ghosts.end());
  source_row_.resize(id.size());
  std::iota(source_row_.begin(), source_row_.end(), 0U);
  std::sort(source_row_.begin(), source_row_.end(), [&](uint32_t a, uint32_t b) { return id[a] < id[b]; });
  number_.resize(whole_.sources);
  for (uint32_t n = 0; n < source_row_.size(); ++n) number_[id[source_row_[n]]] = n;
}

void RankLayers::keep_own_rows(Layer& layer) const {
  layer.sources = static_cast<uint32_t>(source_row_.size());
  layer.targets = widths_[at_];
  layer.activation = whole_.activation;
  layer.begin.assign(1, 0);
  layer.source.clear();
  layer.weight.clear();
  layer.bias.clear();
  const std::vector<uint32_t>& owner = partition_.owner[at_];
  for (uint32_t t = 0; t < whole_.targets; ++t) {
    if (owner[t] != static_cast<uint32_t>(rank_)) continue;
    for (uint64_t k = whole_.begin[t]; k < whole_.begin[t + 1]; ++k) {
      layer.source.push_back(number_[whole_.source[k]]);
      layer.weight.push_back(whole_.weight[k]);
    }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(whole_.bias[t]);
  }
}

}  // namespace sparsio
