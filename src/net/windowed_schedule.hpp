// windowed_schedule: a network as a sequence of blocks of layers, each run depth first, all in one buffer of rows.
// Layers are taken one by one; a block grows as long as the values that are alive at once (depth_first) stay within
// `window` rows, which is what a cache holds, and within half a layer: layer by layer needs a whole one, and a little
// less than that is not worth the way. Where two layers already need more, a block is one layer.
//
// Rows come from two stacks: one for values that cross from block to block, one for those within a block; of each the
// row given back last is taken first, since it is in the cache. So a block's outputs take the rows of its inputs just
// finished with, and the rows within a block are few and always the same. The inputs of the network have rows in the
// order in which they are first read, which makes a stream of them. Targets' rows are taken before sources' rows are
// given back: a step is run in several parts, all of which read. No two targets of steps of one layer that follow each
// other share a row, so that a kernel may finish them together.
//
// Who runs a block in tiles (exec/walk/tile_cut) cuts it before rows are given out, and may put its steps in another
// order. Rows that a tile has finished with it may take again at once; other tiles get them `lag` tiles later, so that
// those which run at the same time seldom wait for each other only because of a row.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "net/depth_first.hpp"
#include "net/layer.hpp"

namespace sparsio {

struct DepthBlock {
  uint32_t first = 0;  // layer of the network
  std::vector<Layer> layers;
  std::vector<LayerUnits> units;  // of each layer
  std::vector<UnitStep> steps;
  std::vector<size_t> tile;                // its first step, of each tile, ascending; empty: all steps are one
  uint32_t window = 0;                     // as DepthFirst
  std::vector<std::vector<uint32_t>> row;  // of each source of the first layer, and of each target of each layer

  /// Whether another layer or another tile begins there.
  bool begins_part(size_t step) const;
};

/// Puts a block in tiles, and its steps in the order of tiles: every value before those who read it.
using BlockCut = std::function<void(DepthBlock& block)>;

struct ScheduleLimits {
  static constexpr uint32_t none = UINT32_MAX;

  uint32_t depth = none;   // layers of a block
  uint32_t window = none;  // rows alive at once, in blocks of two layers and more; none: half a layer and more, too

  /// For a block of these layers.
  uint32_t window_of(std::span<const LayerUnits> layers) const;
};

class WindowedSchedule {
 public:
  WindowedSchedule(uint32_t inputs, ScheduleLimits limits, BlockCut cut = nullptr, uint32_t lag = 0);

  /// Takes the next layer; the block before it, where that is complete.
  std::optional<DepthBlock> push(Layer layer);
  /// The last block, after the last layer.
  std::optional<DepthBlock> finish();

  /// Of the buffer, for all blocks so far.
  uint32_t rows() const { return static_cast<uint32_t>(is_within_.size()); }
  /// Of each input of the network, once there is a block.
  const std::vector<uint32_t>& input_rows() const { return input_row_; }

 private:
  /// Whether the layers taken last, of which the last is in units_ alone, go on as one block. A softmax, which waits
  /// for all values of its layer, ends a block.
  bool grows();
  DepthBlock take();
  void place_inputs(const DepthBlock& block);
  void place(DepthBlock& block);
  /// Rows by who may take them: values that cross from block to block, and those within one.
  struct FreeRows {
    std::vector<uint32_t> across;
    std::vector<uint32_t> within;

    std::vector<uint32_t>& of(bool is_within) { return is_within ? within : across; }
  };

  uint32_t new_row(bool is_within);
  void give_back(uint32_t row) { own_.of(is_within_[row]).push_back(row); }
  /// What the tile before gave back comes to all, once it is old enough.
  void begin_tile();

  ScheduleLimits limits_;
  BlockCut cut_;
  uint32_t lag_;
  uint32_t layers_ = 0;  // taken so far
  std::vector<Layer> layer_;
  std::vector<LayerUnits> units_;
  DepthFirst order_;
  std::vector<bool> is_within_;  // each row: of the values within a block
  FreeRows own_;                 // given back by the tile at hand
  std::deque<FreeRows> aging_;   // by tiles before it
  FreeRows free_;
  std::vector<uint32_t> row_;  // of each value that the next block reads
  std::vector<uint32_t> input_row_;
};

}  // namespace sparsio
