// twin_layout: a layer with its twins found.
// Targets with the same sources are twins. A block is up to eight twins side by side: their sources once, and a row of
// weights a source, one weight a target. So a block is a small dense matrix, whatever the weights are; a target without
// twins is a block of one, which is compressed sparse rows again.
#pragma once

#include <cstdint>
#include <vector>

#include "exec/aligned.hpp"
#include "net/layer.hpp"

namespace sparsio {

struct TwinBlock {
  uint64_t source;   // where its sources begin in TwinLayer::source
  uint64_t weight;   // where its weights begin: width a source
  uint32_t sources;  // how many
  uint32_t target;   // where its targets begin in TwinLayer::target and bias
  uint32_t width;    // targets: 8, 4, 2 or 1
};

struct TwinLayer {
  static constexpr uint32_t widest_block = 8;

  uint32_t targets = 0;
  uint64_t connections = 0;
  std::vector<TwinBlock> block;
  AlignedVector<uint32_t> source;  // twins share theirs
  AlignedVector<float> weight;
  AlignedVector<uint32_t> target;  // neuron of each slot
  AlignedVector<float> bias;       // of each slot

  /// Weights, indices and biases as stored.
  uint64_t bytes() const {
    return 4 * (source.size() + weight.size() + target.size() + bias.size()) + block.size() * sizeof(TwinBlock);
  }
};

/// Groups the targets of `layer` by equal lists of sources, in the order in which the lists first appear.
TwinLayer find_twins(const Layer& layer);

}  // namespace sparsio
