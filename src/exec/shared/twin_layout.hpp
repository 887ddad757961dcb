// twin_layout: a layer with its twins found (net/twin_blocks.hpp), and its weights where the kernels want them.
//
// Values have places in the order in which blocks write them: the targets of a block are neighbours, and twins of one
// layer, which often feed the same targets, are read together by the next. (In the order of neurons the 16 twins of a
// radix_net lie 64 rows apart, which are the same few sets of a cache.)
// The rows of a buffer are these places, or those that row_allocation or a schedule of several layers gives them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "exec/shared/aligned.hpp"
#include "net/layer.hpp"
#include "net/twin_blocks.hpp"
#include "net/windowed_schedule.hpp"

namespace sparsio {

/// Blocks of one layer that follow each other.
struct TwinPart {
  uint32_t layer = 0;  // of those that lie here
  uint32_t first = 0;  // block
  uint32_t end = 0;
  uint32_t first_target = 0;  // place
  uint32_t end_target = 0;
  bool has_positive_bias = false;
  Activation activation = Activation::relu;
};

/// One layer, or several as one sequence of parts.
struct TwinLayer {
  static constexpr uint32_t widest_block = TwinBlock::widest;

  uint32_t targets = 0;
  Activation activation = Activation::relu;  // of the last layer
  std::vector<TwinPart> part;
  std::vector<TwinBlock> block;
  AlignedVector<uint32_t> source;  // places in the layer before, or rows; twins share theirs
  AlignedVector<float> weight;
  AlignedVector<float> bias;       // of each place
  AlignedVector<uint32_t> row;     // of each place, once row_allocation has given it one
  std::vector<uint32_t> place_of;  // of each target

  /// Weights, indices and biases as the kernel reads them.
  uint64_t bytes() const {
    return 4 * (source.size() + weight.size() + bias.size() + row.size()) + block.size() * sizeof(TwinBlock);
  }
};

/// Groups the targets of `layer` by equal lists of sources. `place_of_source` says where the sources' values are;
/// empty: source v is at place v. Each target's sources stay in the layer's order.
TwinLayer find_twins(const Layer& layer, std::span<const uint32_t> place_of_source);

/// The layers of a block in the order of its steps, in its rows. Each target's sources stay in its layer's order.
TwinLayer find_twins(const DepthBlock& block);

}  // namespace sparsio
