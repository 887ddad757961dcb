#include "exec/walk/tile_cut.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "net/given_layers.hpp"
#include "part/partitioner.hpp"

namespace sparsio {
namespace {

uint64_t connections_of(const DepthBlock& block, const UnitStep& step) {
  const LayerUnits& units = block.units[step.layer];
  return units.sources_of(step.unit).size() * units.targets_of(step.unit).size();
}

uint64_t tiles_of(const DepthBlock& block, const TileRoom& room) {
  uint64_t bytes = 0;
  for (const UnitStep& step : block.steps) bytes += connections_of(block, step);
  bytes *= room.connection_bytes();
  // 85 % of L2 for weights and values; a quarter where values alone would take it all.
  const uint64_t most = room.l2_bytes / 20 * 17;
  const uint64_t values = std::min(block.window * room.row_bytes, most);
  const uint64_t weights = std::max({most - values, room.l2_bytes / 4, uint64_t{1}});
  return std::clamp<uint64_t>((bytes + weights - 1) / weights, 1, block.steps.size());
}

/// Runs of steps with nearly equal connections, at least one step each.
std::vector<size_t> cut_sequence(const DepthBlock& block, size_t tiles) {
  const size_t steps = block.steps.size();
  std::vector<uint64_t> upto(1, 0);  // connections and targets of the steps before
  for (const UnitStep& step : block.steps)
    upto.push_back(upto.back() + connections_of(block, step) + block.units[step.layer].targets_of(step.unit).size());
  std::vector<size_t> begin;
  for (size_t t = 0; t < tiles; ++t) {
    const uint64_t want = upto.back() * t / tiles;
    const auto at = static_cast<size_t>(std::lower_bound(upto.begin(), upto.end(), want) - upto.begin());
    const size_t least = begin.empty() ? 0 : begin.back() + 1;
    begin.push_back(std::clamp(at, least, steps - (tiles - t)));
  }
  return begin;
}

/// The window of the steps in their new order, as DepthFirst has it.
uint32_t window_of(const DepthBlock& block) {
  std::vector<std::vector<uint32_t>> unread;  // of each source of each layer: steps that still have to read it
  for (const LayerUnits& units : block.units) {
    unread.emplace_back(units.sources());
    for (const uint32_t s : units.sources_of_all()) ++unread.back()[s];
  }
  std::vector<bool> is_read(block.units.front().sources(), false);
  uint64_t alive = 0;
  uint64_t most = 0;
  for (const UnitStep& step : block.steps) {
    const LayerUnits& units = block.units[step.layer];
    const std::span<const uint32_t> sources = units.sources_of(step.unit);
    const std::span<const uint32_t> targets = units.targets_of(step.unit);
    for (const uint32_t s : sources)
      if (step.layer == 0 && !is_read[s]) {
        is_read[s] = true;
        ++alive;
      }
    alive += targets.size();
    most = std::max(most, alive);
    for (const uint32_t s : sources)
      if (--unread[step.layer][s] == 0) --alive;
    for (const uint32_t t : targets)
      if (step.layer + 1 == block.units.size() || unread[step.layer + 1][t] == 0) --alive;
  }
  return static_cast<uint32_t>(most);
}

/// The steps in the order of levels and parts, and where each tile begins.
void cut_partition(DepthBlock& block, const Partition& partition) {
  struct Made {
    uint32_t level = 0;
    uint32_t part = 0;
  };
  std::vector<std::vector<Made>> made;  // of each target of each layer
  for (const Layer& layer : block.layers) made.emplace_back(layer.targets);
  std::vector<Made> of_step;
  for (const UnitStep& step : block.steps) {
    const LayerUnits& units = block.units[step.layer];
    Made here{0, partition.owner[step.layer + 1][units.targets_of(step.unit).front()]};
    if (step.layer > 0)
      for (const uint32_t s : units.sources_of(step.unit)) {
        const Made& source = made[step.layer - 1][s];
        here.level = std::max(here.level, source.level + (source.part == here.part ? 0 : 1));
      }
    for (const uint32_t t : units.targets_of(step.unit)) made[step.layer][t] = here;
    of_step.push_back(here);
  }
  const auto key = [&](size_t k) { return std::pair(of_step[k].level, of_step[k].part); };
  std::vector<size_t> order(block.steps.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return key(a) < key(b); });
  std::vector<UnitStep> steps;
  for (size_t k = 0; k < order.size(); ++k) {
    if (k == 0 || key(order[k]) != key(order[k - 1])) block.tile.push_back(k);
    steps.push_back(block.steps[order[k]]);
  }
  block.steps = std::move(steps);
  block.window = window_of(block);
}

Partition partition_of(const DepthBlock& block, const std::string& name, uint32_t parts) {
  const PartitionerKind& kind = Registry<PartitionerKind>::instance().find(name, "engine: tiled: partitioner").kind;
  GivenLayers layers(block.layers);
  return kind.make(layers, parts, Params(kind.options, {}, name));
}

}  // namespace

BlockCut tile_cut(const Tiling& tiling, TileRoom room, std::string name) {
  return [tiling, room = std::move(room), name = std::move(name)](DepthBlock& block) {
    if (tiling.tiles > block.steps.size())
      throw Unsupported(fmt::format("{} has tiles {} and layers {}-{} are {} units", name, tiling.tiles,
                                    block.first + 1, block.first + block.layers.size(), block.steps.size()));
    if (block.steps.empty()) return;
    const uint64_t tiles = tiling.tiles > 0 ? tiling.tiles : tiles_of(block, room);
    if (tiling.partitioner == "sequence")
      block.tile = cut_sequence(block, tiles);
    else
      cut_partition(block, partition_of(block, tiling.partitioner, static_cast<uint32_t>(tiles)));
  };
}

std::string tile_words(const Tiling& tiling, uint64_t blocks, uint64_t tiles, uint64_t levels) {
  const auto count = [](uint64_t number, std::string_view what) {
    return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
  };
  std::string words =
      fmt::format("{} in {}, {}", count(tiles, "tile"), count(blocks, "block"), count(tiling.slices, "slice"));
  if (tiling.partitioner != "sequence") words += ", by " + tiling.partitioner + " in levels";
  if (tiling.sync == TileSync::barrier) words += fmt::format(", {} a panel", count(levels, "barrier"));
  return words;
}

void check_tile_partitioner(const std::string& value, const std::string& place) {
  if (value == "sequence") return;
  const PartitionerKind& kind = Registry<PartitionerKind>::instance().find(value, place).kind;
  Params(kind.options, {}, place);  // one that must be told how is none of tiles
}

}  // namespace sparsio
