// tile_run: the walk in which panels are cut in slices and blocks of layers in tiles.
// A task is a tile, or what is done to a panel before and behind the tiles: the inputs are filled in, a softmax goes
// over its layer, the outputs are looked at. A piece is a task on a slice; a slice is a range of whole lines of every
// row. All pieces of a panel, tile by tile and of each tile slice by slice, are one sequence, in which threads take
// them.
//
// One thread a panel runs the sequence, so that the weights of a tile stay in its L2 for all slices. Where several
// share a panel each takes the next piece that nobody has taken, and waits for those that its task has edges from, on
// its own slice (tile_edges). As edges go forward, the earliest piece that is not done never waits for one that nobody
// runs. Threads go on from panel to panel without meeting. With barriers instead, pieces of one level are divided among
// the threads, who meet behind each level.
#pragma once

#include <memory>
#include <vector>

#include "exec/shared/aligned.hpp"
#include "exec/walk/panel_run.hpp"
#include "exec/walk/tile_cut.hpp"
#include "exec/walk/tile_edges.hpp"

namespace sparsio {

struct TileTask {
  enum class What { fill, tile, softmax, finish };

  What what;
  size_t kernel = 0;  // whose parts first .. end - 1 a tile is, or whose layer a softmax
  size_t first = 0;
  size_t end = 0;
};

/// The panel of the threads that share it, kept from run to run (panel_run).
struct TileBuffer {
  AlignedVector<float> panel;      // slice after slice, each a panel of its own
  AlignedVector<uint64_t> pixels;  // slice after slice, a row a pixel, where the first layer reads bits
};

struct TileJob {
  std::vector<TileTask> task;
  std::vector<std::vector<TileEdge>> edges;     // of each task
  std::vector<std::vector<uint32_t>> of_level;  // tasks that do not wait for each other
  std::vector<uint32_t> column;                 // the first of each slice, and behind the last
  uint64_t connections = 0;                     // executed for each input
  Tiling tiling;
  std::shared_ptr<std::vector<TileBuffer>> buffers = std::make_shared<std::vector<TileBuffer>>();

  size_t slices() const { return column.size() - 1; }
};

/// Takes the blocks of a network and makes the tasks.
class TileTasks {
 public:
  explicit TileTasks(const std::vector<uint32_t>& input_rows) { add({TileTask::What::fill}, {}, input_rows); }
  /// Of the next block, which `kernel` is of.
  void add(const DepthBlock& block, const RowKernel& kernel);
  /// After the last block.
  TileJob finish(const Tiling& tiling, uint32_t panel);

  uint64_t tiles() const { return tiles_; }

 private:
  void add(TileTask task, std::span<const uint32_t> reads, std::span<const uint32_t> writes);

  std::vector<TileTask> task_;
  TileEdges edges_;
  std::vector<uint32_t> outputs_;  // rows
  size_t kernels_ = 0;
  uint64_t tiles_ = 0;
};

/// The first column of each slice of a panel and the panel's end: whole lines, as even as can be.
std::vector<uint32_t> slice_columns(uint32_t panel, uint32_t slices);

/// As run_panels, in the general and the structure track.
Outcome run_tiles(const PanelJob& job, const TileJob& tiles, const Inputs& inputs, Observe observe,
                  const Deadline& deadline);

}  // namespace sparsio
