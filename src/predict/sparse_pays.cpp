#include "predict/sparse_pays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "base/random.hpp"
#include "net/given_layers.hpp"
#include "predict/engine_time.hpp"

namespace sparsio {
namespace {

constexpr std::string_view dense_name = "dense";
/// What leaves zeros out, layer by layer, and tells what it touches.
constexpr std::array<std::string_view, 3> sparse_names = {"csr", "row_pairs", "twin_tiles"};
/// Where random layers are looked at. Full ones would be no random ones: all their targets share their sources.
constexpr std::array<double, 6> densities = {0.02, 0.1, 0.25, 0.5, 0.75, 0.95};

/// With the activation that calibrations know: what it costs is a neuron's, not a connection's.
Layer first_targets(const Layer& layer, uint32_t targets) {
  Layer part = layer;
  part.activation = Layer().activation;
  part.targets = targets;
  part.begin.resize(targets + 1);
  part.source.resize(part.begin.back());
  part.weight.resize(part.begin.back());
  part.bias.resize(targets);
  return part;
}

Layer random_layer(uint32_t sources, uint32_t targets, double density) {
  Layer layer{.sources = sources, .targets = targets, .begin = {0}, .source = {}, .weight = {}, .bias = {}};
  for (uint32_t t = 0; t < targets; ++t) {
    RandomStream random(1, t);
    for (uint32_t s = 0; s < sources; ++s)
      if (random.uniform() < density) layer.source.push_back(s);
    layer.begin.push_back(layer.source.size());
  }
  layer.weight.assign(layer.source.size(), 1.0F);
  layer.bias.assign(targets, 0.0F);
  return layer;
}

uint32_t looked_at(uint32_t sources, uint32_t targets) {
  return static_cast<uint32_t>(std::clamp<uint64_t>(SparsePays::most_weights / sources, 1, targets));
}

}  // namespace

double LayerForecast::factor() const {
  return sparse_pays() ? dense_seconds / sparse_seconds : sparse_seconds / dense_seconds;
}

SparsePays::SparsePays(const Calibration& calibration, std::vector<CacheGeometry> levels, uint32_t panel)
    : levels_(std::move(levels)), panel_(panel) {
  const auto has_rate = [&](std::string_view name) -> std::optional<EngineRate> {
    if (Registry<EngineKind>::instance().look_up(name) == nullptr) return std::nullopt;  // not in this build
    return rate_at(calibration, std::string(name), panel);
  };
  for (const std::string_view name : sparse_names)
    if (auto rate = has_rate(name)) sparse_.push_back(std::move(*rate));
  const auto dense = has_rate(dense_name);
  if (dense) dense_ = *dense;
  if (!dense || sparse_.empty())
    reason_ = dense ? fmt::format("no sparse engine is calibrated near a panel of {}", panel)
                    : fmt::format("dense is not calibrated near a panel of {}", panel);
}

double SparsePays::seconds(const EngineRate& rate, const Layer& layer) const {
  GivenLayers layers({layer});
  Plan plan;
  plan.layers = &layers;
  plan.panel = panel_;
  const auto kind = resolve<EngineKind>(rate.engine, "engine");
  const auto engine = kind.kind().make(kind.params);
  engine->prepare(plan);
  return pass_seconds(work_of(*engine, plan, InputValues::bits, levels_), rate).first;
}

double SparsePays::ratio(uint32_t sources, uint32_t targets, double density) const {
  const Layer layer = random_layer(sources, targets, density);
  double least = std::numeric_limits<double>::infinity();
  for (const EngineRate& rate : sparse_) least = std::min(least, seconds(rate, layer));
  return least / seconds(dense_, layer);
}

/// By halves over the densities, then on the line between the two ratios.
double SparsePays::crossing(uint32_t sources, uint32_t targets) const {
  size_t below = 0;                 // sparse pays at all densities before this one
  size_t above = densities.size();  // and from here on at none
  double last_paying = 0;           // ratios next to the crossing
  double first_losing = 0;
  while (below < above) {
    const size_t middle = (below + above) / 2;
    const double there = ratio(sources, targets, densities[middle]);
    if (there < 1) {
      below = middle + 1;
      last_paying = there;
    } else {
      above = middle;
      first_losing = there;
    }
  }
  if (below == 0) return 0;
  if (below == densities.size()) return 1;
  const double part = (1 - last_paying) / (first_losing - last_paying);
  return densities[below - 1] + part * (densities[below] - densities[below - 1]);
}

LayerForecast SparsePays::forecast(const Layer& layer) {
  LayerForecast told;
  told.targets = looked_at(layer.sources, layer.targets);
  const Layer part = first_targets(layer, told.targets);
  const double share = static_cast<double>(layer.targets) / told.targets;
  told.dense_seconds = seconds(dense_, part) * share;
  told.sparse_seconds = std::numeric_limits<double>::infinity();
  for (const EngineRate& rate : sparse_) {
    const double its = seconds(rate, part) * share;
    if (its >= told.sparse_seconds) continue;
    told.sparse = rate.engine;
    told.sparse_seconds = its;
  }
  const auto [known, is_new] = crossings_.try_emplace({layer.sources, layer.targets}, 0.0);
  if (is_new)
    known->second = crossing(static_cast<uint32_t>(std::min<uint64_t>(layer.sources, most_weights)), told.targets);
  told.crossing = known->second;
  return told;
}

}  // namespace sparsio
