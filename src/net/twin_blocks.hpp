// twin_blocks: the targets of a layer that are worked on together.
// Targets with the same sources are twins. A block is up to eight twins side by side: their sources once, and a row of
// weights a source, one weight a target. So a block is a small dense matrix, whatever the weights are; a target without
// twins is a block of one, which is compressed sparse rows again. Blocks that share sources follow each other.
// Engines run layers so, and the line model walks what they run.
#pragma once

#include <cstdint>
#include <vector>

#include "net/layer.hpp"

namespace sparsio {

struct TwinBlock {
  static constexpr uint32_t widest = 8;

  uint64_t source;   // where its sources begin in the list of its layer's sources
  uint64_t weight;   // where its weights begin: width a source
  uint32_t sources;  // how many
  uint32_t target;   // place of its first target in the order of blocks
  uint32_t width;    // targets: 8, 4, 2 or 1
};

struct TwinBlocks {
  std::vector<TwinBlock> block;
  std::vector<uint32_t> source;  // of the blocks; twins share theirs
  std::vector<uint32_t> target;  // at each place in the order of blocks
  uint64_t weights = 0;

  /// Of each target, its place.
  std::vector<uint32_t> place_of() const;
};

/// Each target's sources stay in the layer's order. Weights and biases are not looked at.
TwinBlocks twin_blocks(const Layer& layer);

}  // namespace sparsio
