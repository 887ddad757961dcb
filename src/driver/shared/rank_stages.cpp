#include "driver/shared/rank_stages.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "exec/shared/requirements.hpp"

namespace sparsio {
namespace {

uint32_t rows_of_widest_level(RankLayers& layers) {
  uint32_t most = layers.widths().back();
  Layer layer;
  layers.restart();
  while (layers.next(layer)) most = std::max(most, layers.share().rows());
  return most;
}

/// Sources numbered by where they lie.
Layer as_it_lies(Layer layer, const std::vector<uint32_t>& source_row) {
  std::vector<std::pair<uint32_t, float>> row;
  for (uint32_t t = 0; t < layer.targets; ++t) {
    row.clear();
    for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k)
      row.emplace_back(source_row[layer.source[k]], layer.weight[k]);
    std::sort(row.begin(), row.end());
    for (size_t k = 0; k < row.size(); ++k) {
      layer.source[layer.begin[t] + k] = row[k].first;
      layer.weight[layer.begin[t] + k] = row[k].second;
    }
  }
  return layer;
}

/// A kernel of the layer in `stage`; false if its rows are those of two panels, in their order.
bool make_kernel(KernelMaker& maker, const Layer& layer, const std::vector<uint32_t>& source_row, RankStage& stage) {
  std::vector<uint32_t> source(source_row);
  for (uint32_t& row : source) row += static_cast<uint32_t>(stage.source_begin);
  std::vector<uint32_t> target(layer.targets);
  std::iota(target.begin(), target.end(), static_cast<uint32_t>(stage.target_begin));
  try {
    stage.kernel = maker.make(layer, {source, target});
    return true;
  } catch (const Unsupported&) {
    stage.kernel = maker.make(as_it_lies(layer, source_row), {});
    stage.x_begin = stage.source_begin;
    stage.y_begin = stage.target_begin;
    return false;
  }
}

}  // namespace

RankStages rank_stages(RankLayers& layers, const Plan& plan, const KernelChoice& choice) {
  RankStages all;
  const uint64_t area = rows_of_widest_level(layers);
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
    stage.pattern = layers.share().pattern;
    for (const RowsOfPeer& peer : stage.pattern.sends) peers.insert(peer.rank);
    stage.source_begin = all.stage.size() % 2 * area;
    stage.target_begin = area - stage.source_begin;
    stage.targets = layer.targets;
    stage.connections = layer.connections();
    stage.activation = layer.activation;
    if (layer.targets > 0 && !make_kernel(*maker, layer, layers.source_row(), stage)) all.are_sums_ordered = false;
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
