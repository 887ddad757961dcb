#include "exec/shared/twin_layout.hpp"

#include <algorithm>

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

}  // namespace

TwinLayer find_twins(const Layer& layer, std::span<const uint32_t> place_of_source) {
  TwinBlocks blocks = twin_blocks(layer);
  TwinLayer twins;
  twins.targets = layer.targets;
  twins.activation = layer.activation;
  twins.has_positive_bias = std::any_of(layer.bias.begin(), layer.bias.end(), [](float b) { return b > 0; });
  twins.weight.reserve(blocks.weights);
  for (const TwinBlock& block : blocks.block) append_weights(layer, blocks, block, twins.weight);
  twins.bias.reserve(layer.targets);
  for (const uint32_t t : blocks.target) twins.bias.push_back(layer.bias[t]);
  twins.source.reserve(blocks.source.size());
  for (const uint32_t s : blocks.source) twins.source.push_back(place_of_source.empty() ? s : place_of_source[s]);
  twins.place_of = blocks.place_of();
  twins.block = std::move(blocks.block);
  return twins;
}

}  // namespace sparsio
