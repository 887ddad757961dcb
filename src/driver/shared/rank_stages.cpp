#include "driver/shared/rank_stages.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "exec/shared/requirements.hpp"

namespace sparsio {
namespace {

uint32_t rows_of_widest_level(RankLayers& layers, Overlap overlap) {
  uint32_t most = layers.widths().back();
  Layer layer;
  layers.restart();
  while (layers.next(layer))
    most = std::max(most, layers.share().rows() + (overlap == Overlap::on ? layer.targets : 0));
  return most;
}

/// A layer, and where in the area of its sources these lie: each in its row, all of them within some rows.
struct PlacedLayer {
  Layer layer;
  std::vector<uint32_t> source_row;
  uint32_t first = 0;
  uint32_t rows = 0;
};

/// Sources numbered by where they lie.
Layer as_it_lies(const PlacedLayer& placed) {
  Layer layer = placed.layer;
  layer.sources = placed.rows;
  std::vector<std::pair<uint32_t, float>> row;
  for (uint32_t t = 0; t < layer.targets; ++t) {
    row.clear();
    for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k)
      row.emplace_back(placed.source_row[layer.source[k]] - placed.first, layer.weight[k]);
    std::sort(row.begin(), row.end());
    for (size_t k = 0; k < row.size(); ++k) {
      layer.source[layer.begin[t] + k] = row[k].first;
      layer.weight[layer.begin[t] + k] = row[k].second;
    }
  }
  return layer;
}

/// A kernel of the layer, from the area to the rows from `to` on; false if its rows are those of two panels, in their
/// order.
bool make_kernel(KernelMaker& maker, const PlacedLayer& placed, uint64_t area, uint64_t to, StagePart& part) {
  std::vector<uint32_t> source(placed.source_row);
  for (uint32_t& row : source) row += static_cast<uint32_t>(area);
  std::vector<uint32_t> target(placed.layer.targets);
  std::iota(target.begin(), target.end(), static_cast<uint32_t>(to));
  try {
    part.kernel = maker.make(placed.layer, {source, target});
    return true;
  } catch (const Unsupported&) {
    part.kernel = maker.make(as_it_lies(placed), {});
    part.x_begin = area + placed.first;
    part.y_begin = to;
    return false;
  }
}

struct Halves {
  PlacedLayer own;     // sums over own values, no bias, no activation
  PlacedLayer others;  // those sums with weight 1, and what is not own
};

/// The sums lie behind all that the rank has of the level.
Halves halves_of(const PlacedLayer& whole, uint32_t own_values, const RoutedShare& share) {
  const Layer& layer = whole.layer;
  Halves halves;
  Layer& own = halves.own.layer;
  own.sources = own_values;
  own.targets = layer.targets;
  own.begin = {0};
  own.bias.assign(layer.targets, 0);
  own.activation = Activation::identity;
  halves.own.source_row.resize(own_values);
  std::iota(halves.own.source_row.begin(), halves.own.source_row.end(), 0U);
  halves.own.rows = own_values;
  PlacedLayer& rest = halves.others;
  std::vector<uint32_t> number(whole.source_row.size());
  for (size_t n = 0; n < number.size(); ++n) {
    if (whole.source_row[n] < own_values) continue;
    number[n] = static_cast<uint32_t>(rest.source_row.size());
    rest.source_row.push_back(whole.source_row[n]);
  }
  const auto others = static_cast<uint32_t>(rest.source_row.size());
  rest.layer.sources = others + layer.targets;
  rest.layer.targets = layer.targets;
  rest.layer.begin = {0};
  rest.layer.bias = layer.bias;
  rest.layer.activation = layer.activation;
  for (uint32_t t = 0; t < layer.targets; ++t) {
    for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k) {
      const uint32_t row = whole.source_row[layer.source[k]];
      Layer& half = row < own_values ? own : rest.layer;
      half.source.push_back(row < own_values ? row : number[layer.source[k]]);
      half.weight.push_back(layer.weight[k]);
    }
    own.begin.push_back(own.source.size());
    rest.layer.source.push_back(others + t);
    rest.layer.weight.push_back(1);
    rest.layer.begin.push_back(rest.layer.source.size());
    rest.source_row.push_back(share.rows() + t);
  }
  rest.first = static_cast<uint32_t>(share.own.size());
  rest.rows = static_cast<uint32_t>(share.ghosts.size()) + layer.targets;
  return halves;
}

}  // namespace

RankStages rank_stages(RankLayers& layers, const Plan& plan, const KernelChoice& choice, Overlap overlap) {
  RankStages all;
  const uint64_t area = rows_of_widest_level(layers, overlap);
  all.rows = 2 * area;
  Plan mine = plan;
  mine.layers = &layers;
  mine.network = nullptr;
  mine.partition = nullptr;
  const auto maker = choice.kind.make(mine, choice.params);
  std::set<int> peers;
  Layer layer;
  layers.restart();
  while (layers.next(layer)) {
    check_activation(layer, choice.kind.activations, plan.track, "driver model");
    RankStage stage;
    const RoutedShare& share = layers.share();
    stage.exchanges = share.stages;
    for (const ExchangePattern& pattern : stage.exchanges)
      for (const RowsOfPeer& peer : pattern.sends) peers.insert(peer.rank);
    stage.source_begin = all.stage.size() % 2 * area;
    stage.target_begin = area - stage.source_begin;
    stage.targets = layer.targets;
    stage.activation = layer.activation;
    const auto make = [&](const PlacedLayer& placed, uint64_t to, StagePart& part) {
      if (placed.layer.targets > 0 && !make_kernel(*maker, placed, stage.source_begin, to, part))
        all.are_sums_ordered = false;
    };
    const uint32_t own_values = layers.own_values();
    PlacedLayer sums{layers.sums_sent(), {}, 0, own_values};
    sums.source_row.resize(own_values);
    std::iota(sums.source_row.begin(), sums.source_row.end(), 0U);
    make(sums, stage.source_begin + own_values, stage.sums);
    stage.connections = layer.connections() - layers.sums_received() + sums.layer.connections();
    PlacedLayer rows{layer, layers.source_row(), 0, share.rows()};
    if (overlap == Overlap::on && !share.ghosts.empty()) {
      Halves halves = halves_of(rows, own_values, share);
      make(halves.own, stage.source_begin + share.rows(), stage.own);
      rows = std::move(halves.others);
    }
    StagePart last;
    make(rows, stage.target_begin, last);
    stage.kernel = std::move(last.kernel);
    stage.x_begin = last.x_begin;
    stage.y_begin = last.y_begin;
    all.connections += layers.connections_of_all();
    all.stage.push_back(std::move(stage));
  }
  all.pairs = peers.size();
  all.index_bytes = maker->index_bytes();
  all.simd = maker->simd();
  all.note = maker->note();
  return all;
}

}  // namespace sparsio
