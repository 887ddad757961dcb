#include "run/panel_choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "exec/walk/panel_kernels.hpp"

namespace sparsio {
namespace {

constexpr uint32_t widest_choice = 256;
constexpr uint64_t l1_without_hwloc = 32 << 10;
constexpr uint64_t l2_without_hwloc = 1 << 20;

uint64_t bytes_of(const Machine& machine, int level, uint64_t otherwise) {
  if (machine.threads.empty()) return otherwise;
  const CacheLevel* const cache = find_cache(machine, level);
  return cache == nullptr ? otherwise : cache->share_bytes;
}

uint64_t down_to_line(uint64_t inputs) {
  return inputs / 16 * 16;
}

/// What share of the possible connections the first layer has: as much as can be known without making all.
double first_density(LayerSource& layers) {
  Layer first;
  layers.restart();
  const bool is_there = layers.next(first);
  layers.restart();
  const double possible = static_cast<double>(first.sources) * first.targets;
  return is_there && possible > 0 ? static_cast<double>(first.connections()) / possible : 0;
}

}  // namespace

PanelChoice choose_panel(uint64_t wanted, const EngineKind* engine, LayerSource* layers, uint64_t input_count,
                         unsigned threads, const Machine& machine) {
  if (wanted > 0) return {static_cast<uint32_t>(wanted), "given"};
  if (layers == nullptr) return {48, "48: without layers nothing is known of the rows in use at once"};
  const auto& widths = layers->widths();
  uint64_t widest = 1;
  for (size_t l = 0; l + 1 < widths.size(); ++l)
    widest = std::max<uint64_t>(widest, widths[l] + uint64_t{widths[l + 1]});
  const uint64_t l1 = bytes_of(machine, 1, l1_without_hwloc);
  const uint64_t l2 = bytes_of(machine, 2, l2_without_hwloc);
  const uint32_t vectors = engine == nullptr ? 4 : engine->strip_vectors;
  const uint64_t least = std::max<uint64_t>(16, down_to_line(uint64_t{vectors} * simd_lanes() + 15));
  const uint64_t fits_l2 = down_to_line(l2 / 2 / (4 * widest));
  uint64_t panel = std::clamp<uint64_t>(fits_l2, least, widest_choice);
  std::string why =
      fits_l2 < least ? fmt::format("the engine's registers, {} vectors; rows of {} neurons leave L2", vectors, widest)
                      : fmt::format("rows of {} neurons in half of L2, {} KiB", widest, l2 >> 10);
  if (2 * least * 4 * widest <= l1 / 2) {
    panel = std::min(panel, std::max(2 * least, down_to_line(l1 / 2 / (4 * widest))));
    why = fmt::format("rows of {} neurons in half of L1, {} KiB", widest, l1 >> 10);
  }
  if (engine != nullptr && engine->best_panel != nullptr) {
    const double density = first_density(*layers);
    panel = engine->best_panel(density);
    why = fmt::format("a strip of the engine at density {:.2g}, which takes wider panels strip by strip", density);
  }
  const uint64_t share = (input_count + threads - 1) / std::max(1U, threads);
  if (input_count > 0 && share < panel) {
    panel = input_count == 1 ? 1 : (share + 15) / 16 * 16;
    why = fmt::format("{} inputs for {} threads", input_count, threads);
  } else if (share > panel && engine != nullptr && engine->best_panel != nullptr) {
    const uint64_t passes = (share + panel - 1) / panel;
    const uint64_t even = ((share + passes - 1) / passes + 15) / 16 * 16;
    if (even < panel) why = fmt::format("{} inputs for {} threads in {} even passes", input_count, threads, passes);
    panel = std::min(panel, even);
  }
  return {static_cast<uint32_t>(panel), fmt::format("{}: {}", panel, why)};
}

}  // namespace sparsio
