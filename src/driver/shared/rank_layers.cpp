#include "driver/shared/rank_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace sparsio {
namespace {

void check_is_of(const Partition& partition, const LayerSource& network) {
  const std::vector<uint32_t>& widths = network.widths();
  const auto is_as_wide = [](const std::vector<uint32_t>& owner, uint32_t width) { return owner.size() == width; };
  if (partition.owner.size() != widths.size() ||
      !std::equal(widths.begin(), widths.end(), partition.owner.begin(),
                  [&](uint32_t width, const auto& owner) { return is_as_wide(owner, width); }))
    throw Unsupported("the partition is one of another network: its levels are not as wide");
}

}  // namespace

RankLayers::RankLayers(LayerSource& network, const Partition& partition, int rank, const ExchangePlan& plan)
    : network_(network),
      partition_(partition),
      rank_(rank),
      plan_(plan),
      route_(Route::named(plan.route, partition.parts)) {
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
  items_ = level_items(whole_, partition_.owner[at_], partition_.owner[at_ + 1], plan_.sent);
  share_ = routed_share(rank_, items_.owner, items_.readers, route_);
  own_values_ = static_cast<uint32_t>(std::lower_bound(share_.own.begin(), share_.own.end(), items_.sources()) -
                                      share_.own.begin());
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
  source_row_.clear();
  for (uint32_t row = 0; row < id.size(); ++row)
    if (row < own_values_ || (row >= share_.own.size() && items_.is_read(id[row], static_cast<uint32_t>(rank_))))
      source_row_.push_back(row);
  std::sort(source_row_.begin(), source_row_.end(), [&](uint32_t a, uint32_t b) { return id[a] < id[b]; });
  number_.resize(items_.owner.size());
  for (uint32_t n = 0; n < source_row_.size(); ++n) number_[id[source_row_[n]]] = n;
}

void RankLayers::keep_own_rows(Layer& layer) {
  const auto mine = static_cast<uint32_t>(rank_);
  layer.sources = static_cast<uint32_t>(source_row_.size());
  layer.targets = widths_[at_];
  layer.activation = whole_.activation;
  layer.begin.assign(1, 0);
  layer.source.clear();
  layer.weight.clear();
  layer.bias.clear();
  sums_received_ = 0;
  const std::vector<uint32_t>& owner = partition_.owner[at_];
  uint32_t sum = 0;  // they are sorted by target
  for (uint32_t t = 0; t < whole_.targets; ++t) {
    if (owner[t] != mine) continue;
    for (uint64_t k = whole_.begin[t]; k < whole_.begin[t + 1]; ++k) {
      const uint32_t s = whole_.source[k];
      if (!items_.sums.empty() && items_.owner[s] != mine && !items_.is_read(s, mine)) continue;
      layer.source.push_back(number_[s]);
      layer.weight.push_back(whole_.weight[k]);
    }
    while (sum < items_.sums.size() && items_.sums[sum].target < t) ++sum;
    for (; sum < items_.sums.size() && items_.sums[sum].target == t; ++sum) {
      layer.source.push_back(number_[items_.sources() + sum]);
      layer.weight.push_back(1);
      ++sums_received_;
    }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(whole_.bias[t]);
  }
}

Layer RankLayers::sums_sent() const {
  const std::vector<uint32_t>& to = partition_.owner[at_];
  const auto values_end = share_.own.begin() + own_values_;
  Layer layer;
  layer.sources = own_values_;
  layer.targets = static_cast<uint32_t>(share_.own.size()) - own_values_;
  layer.begin = {0};
  layer.activation = Activation::identity;
  for (uint32_t o = own_values_; o < share_.own.size(); ++o) {
    const uint32_t t = items_.sums[share_.own[o] - items_.sources()].target;
    for (uint64_t k = whole_.begin[t]; k < whole_.begin[t + 1]; ++k) {
      const uint32_t s = whole_.source[k];
      if (items_.owner[s] != static_cast<uint32_t>(rank_) || items_.is_read(s, to[t])) continue;
      layer.source.push_back(
          static_cast<uint32_t>(std::lower_bound(share_.own.begin(), values_end, s) - share_.own.begin()));
      layer.weight.push_back(whole_.weight[k]);
    }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(0);
  }
  return layer;
}

}  // namespace sparsio
