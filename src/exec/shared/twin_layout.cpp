#include "exec/shared/twin_layout.hpp"

#include <algorithm>
#include <bit>

namespace sparsio {
namespace {

/// The weights of a block, source by source; 0 where a target has no connection.
void append_weights(const Layer& layer, const TwinBlocks& blocks, const TwinBlock& block,
                    AlignedVector<float>& weights) {
  const uint32_t* const source = blocks.source.data() + block.source;
  uint64_t at[TwinBlock::widest];
  uint64_t end[TwinBlock::widest];
  for (uint32_t t = 0; t < block.width; ++t) {
    const uint32_t target = blocks.target[block.target + t];
    at[t] = layer.begin[target];
    end[t] = layer.begin[target + 1];
  }
  for (uint32_t s = 0; s < block.sources; ++s)
    for (uint32_t t = 0; t < block.width; ++t) {
      const bool is_there = at[t] < end[t] && layer.source[at[t]] == source[s];
      weights.push_back(is_there ? layer.weight[at[t]++] : 0.0F);
    }
}

bool has_positive(const std::vector<float>& bias) {
  return std::any_of(bias.begin(), bias.end(), [](float b) { return b > 0; });
}

/// The targets of a step, in blocks as wide as possible.
void append_step(const DepthBlock& block, const UnitStep& step, TwinLayer& twins) {
  const Layer& layer = block.layers[step.layer];
  const std::span<const uint32_t> sources = block.units[step.layer].sources_of(step.unit);
  std::span<const uint32_t> targets = block.units[step.layer].targets_of(step.unit);
  const uint64_t first = twins.source.size();
  for (const uint32_t s : sources) twins.source.push_back(block.row[step.layer][s]);
  while (!targets.empty()) {
    const std::span<const uint32_t> here =
        targets.first(std::bit_floor(std::min<size_t>(targets.size(), TwinBlock::widest)));
    twins.block.push_back({first, twins.weight.size(), static_cast<uint32_t>(sources.size()),
                           static_cast<uint32_t>(twins.row.size()), static_cast<uint32_t>(here.size())});
    for (size_t s = 0; s < sources.size(); ++s)
      for (const uint32_t t : here) twins.weight.push_back(layer.weight[layer.begin[t] + s]);
    for (const uint32_t t : here) {
      twins.bias.push_back(layer.bias[t]);
      twins.row.push_back(block.row[step.layer + 1][t]);
    }
    targets = targets.subspan(here.size());
  }
}

}  // namespace

TwinLayer find_twins(const Layer& layer, std::span<const uint32_t> place_of_source) {
  TwinBlocks blocks = twin_blocks(layer);
  TwinLayer twins;
  twins.targets = layer.targets;
  twins.activation = layer.activation;
  twins.weight.reserve(blocks.weights);
  for (const TwinBlock& block : blocks.block) append_weights(layer, blocks, block, twins.weight);
  twins.bias.reserve(layer.targets);
  for (const uint32_t t : blocks.target) twins.bias.push_back(layer.bias[t]);
  twins.source.reserve(blocks.source.size());
  for (const uint32_t s : blocks.source) twins.source.push_back(place_of_source.empty() ? s : place_of_source[s]);
  twins.place_of = blocks.place_of();
  twins.block = std::move(blocks.block);
  twins.part.push_back(
      {0, 0, static_cast<uint32_t>(twins.block.size()), 0, layer.targets, has_positive(layer.bias), layer.activation});
  return twins;
}

TwinLayer find_twins(const DepthBlock& block) {
  TwinLayer twins;
  uint64_t connections = 0;
  for (const Layer& layer : block.layers) connections += layer.connections();
  twins.weight.reserve(connections);
  std::vector<TwinPart> of_layer;
  for (const Layer& layer : block.layers)
    of_layer.push_back(
        {static_cast<uint32_t>(of_layer.size()), 0, 0, 0, 0, has_positive(layer.bias), layer.activation});
  for (size_t k = 0; k < block.steps.size(); ++k) {
    const UnitStep& step = block.steps[k];
    if (block.begins_part(k)) {
      twins.part.push_back(of_layer[step.layer]);
      twins.part.back().first = static_cast<uint32_t>(twins.block.size());
      twins.part.back().first_target = static_cast<uint32_t>(twins.row.size());
    }
    append_step(block, step, twins);
    twins.part.back().end = static_cast<uint32_t>(twins.block.size());
    twins.part.back().end_target = static_cast<uint32_t>(twins.row.size());
  }
  twins.targets = static_cast<uint32_t>(twins.row.size());
  twins.activation = block.layers.back().activation;
  return twins;
}

}  // namespace sparsio
