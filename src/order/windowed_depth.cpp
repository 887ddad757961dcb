// windowed_depth: what the engine tiled does, as an order: layers in depth, in a window of values that fits into M.
// Units (targets with equal sources), steps and blocks are those of net/windowed_schedule: a deeper unit is computed as
// soon as its sources are there, and a block of layers ends where more values would be alive at once than the window
// has. A unit is processed source by source, its targets resident. Where the window of a block fits into M only the
// block's inputs, outputs and weights move, and a network of rings moves that much once in `depth` layers; where no two
// layers close it is one layer after the other, neighbours sharing sources.
// A network in which a connection skips a depth has no layers to be deep in: it is taken depth by depth.
#include <fmt/format.h>

#include <algorithm>

#include "net/windowed_schedule.hpp"
#include "order/order_kind.hpp"
#include "order/shared/adjacency.hpp"

namespace sparsio {
namespace {

std::vector<std::vector<uint32_t>> neurons_by_depth(std::span<const uint32_t> depth) {
  std::vector<std::vector<uint32_t>> ids(depth.empty() ? 0 : *std::max_element(depth.begin(), depth.end()) + size_t{1});
  for (uint32_t v = 0; v < depth.size(); ++v) ids[depth[v]].push_back(v);
  return ids;
}

/// A layer without weights of these targets. `sources` are ascending, and all that the targets read are among them.
Layer layer_of(const Network& network, std::span<const uint32_t> sources, std::span<const uint32_t> targets) {
  Layer layer;
  layer.sources = static_cast<uint32_t>(sources.size());
  layer.targets = static_cast<uint32_t>(targets.size());
  layer.begin.assign(1, 0);
  for (const uint32_t v : targets) {
    for (const uint32_t u : network.sources_of(v)) {
      const auto place = std::lower_bound(sources.begin(), sources.end(), u) - sources.begin();
      layer.source.push_back(static_cast<uint32_t>(place));
    }
    layer.begin.push_back(layer.source.size());
  }
  if (!targets.empty()) layer.activation = network.activation_of(targets.back());
  return layer;
}

/// All that the targets read, ascending.
std::vector<uint32_t> sources_of_all(const Network& network, std::span<const uint32_t> targets) {
  std::vector<uint32_t> sources;
  for (const uint32_t v : targets) {
    const auto list = network.sources_of(v);
    sources.insert(sources.end(), list.begin(), list.end());
  }
  std::sort(sources.begin(), sources.end());
  sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  return sources;
}

bool skips_depths(const Network& network, std::span<const uint32_t> depth) {
  for (uint32_t v = 0; v < network.neurons(); ++v)
    for (const uint32_t u : network.sources_of(v))
      if (depth[u] + 1 != depth[v]) return true;
  return false;
}

/// Targets unit by unit, up to `resident` of them a block.
class Sequence {
 public:
  Sequence(const Network& network, uint64_t resident) : network_(network), resident_(resident) {}

  void append(std::span<const uint32_t> targets, std::span<const uint32_t> id) {
    for (size_t i = 0; i < targets.size(); ++i) {
      if (network_.in_degree(id[targets[i]]) == 0) continue;
      target_.push_back(id[targets[i]]);
      starts_.push_back(i % resident_ == 0);
    }
  }
  Order order() const { return block_by_block(network_, target_, starts_); }

 private:
  const Network& network_;
  uint64_t resident_;
  std::vector<uint32_t> target_;
  std::vector<bool> starts_;
};

void append_in_depth(const Network& network, const std::vector<std::vector<uint32_t>>& ids, ScheduleLimits limits,
                     Sequence& sequence) {
  WindowedSchedule schedule(static_cast<uint32_t>(ids.front().size()), limits);
  const auto append = [&](const std::optional<DepthBlock>& block) {
    if (!block) return;
    for (const UnitStep& step : block->steps)
      sequence.append(block->units[step.layer].targets_of(step.unit), ids[block->first + step.layer + 1]);
  };
  for (size_t d = 1; d < ids.size(); ++d) append(schedule.push(layer_of(network, ids[d - 1], ids[d])));
  append(schedule.finish());
}

void append_by_depth(const Network& network, const std::vector<std::vector<uint32_t>>& ids, Sequence& sequence) {
  for (size_t d = 1; d < ids.size(); ++d) {
    const std::vector<LayerUnits> units = {LayerUnits(layer_of(network, sources_of_all(network, ids[d]), ids[d]))};
    const std::optional<DepthFirst> first = depth_first(units, ScheduleLimits::none);
    for (const UnitStep& step : first->steps) sequence.append(units.front().targets_of(step.unit), ids[d]);
  }
}

/// As asked for; by M where that is 0. A window of all neurons is none.
ScheduleLimits limits_of(const Params& params, uint64_t memory, uint32_t neurons) {
  ScheduleLimits limits;
  if (const uint64_t depth = params.count("depth"); depth > 0) limits.depth = static_cast<uint32_t>(depth);
  const uint64_t window = params.count("window") > 0 ? params.count("window") : memory - 1;
  if (window < neurons) limits.window = static_cast<uint32_t>(window);
  return limits;
}

Order make(const Network& network, uint64_t memory, const Params& params) {
  if (network.connections() == 0) return Order();
  const std::vector<uint32_t> depth = network.depth();
  const std::vector<std::vector<uint32_t>> ids = neurons_by_depth(depth);
  const uint64_t asked = params.count("depth");
  if (asked >= ids.size() && asked > 1)
    throw Unsupported(fmt::format("windowed_depth has depth {} and there are {} layers", asked, ids.size() - 1));
  Sequence sequence(network, resident_targets(memory));
  if (!skips_depths(network, depth))
    append_in_depth(network, ids, limits_of(params, memory, network.neurons()), sequence);
  else if (asked > 1)
    throw Unsupported("windowed_depth: the network is a general DAG without layers to run in depth");
  else
    append_by_depth(network, ids, sequence);
  return sequence.order();
}

const Register<OrderKind> registered{
    {"layers in depth, as the engine tiled runs them: blocks of layers whose living values fit into M",
     {{"depth", Type::integer, "0", "layers of a block; 0: as many as the window holds the values of"},
      {"window", Type::integer, "0",
       "values alive at once in a block of several layers; 0 is M - 1, all neurons no limit"}},
     make}};

}  // namespace
}  // namespace sparsio
