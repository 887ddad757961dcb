// tile_pieces: what is done to one slice of a panel, whoever does it and when (tile_run).
// Each slice lies by itself, a panel as wide as the slice: kernels see rows side by side. Were slices cut from the rows
// of one panel, they would lie a panel's width apart, 1 KiB for a panel of 256, and meet in as small a part of an L1's
// sets as a slice is of a row.
#pragma once

#include <vector>

#include "exec/walk/tile_living.hpp"
#include "exec/walk/tile_run.hpp"

namespace sparsio {

/// What all threads share.
struct TileBatch {
  const PanelJob& job;
  const TileJob& tiles;
  const Inputs& inputs;
  Observe observe;
  Outcome& outcome;
  TileLiving* living;                               // null unless Observe::alive
  std::vector<std::vector<KernelPart>> parts = {};  // of each kernel, while they are looked at

  uint64_t panels() const { return (inputs.count + job.panel - 1) / job.panel; }
  bool starts_from_bits() const { return job.reads_bits && inputs.is_packed(); }
};

/// A task on some of the columns of a panel.
struct TilePiece {
  const TileTask& task;
  size_t slice;
  uint64_t panel;
};

/// One thread's share of them, in the buffer of its team.
class TilePieces {
 public:
  TilePieces(TileBatch& batch, TileBuffer& buffer)
      : batch_(batch), job_(batch.job), tiles_(batch.tiles), buffer_(buffer) {}

  /// The panel for the team, or room for one.
  void make_room();
  void run(const TilePiece& piece);

  std::vector<uint64_t> categories;
  uint64_t executed_edges = 0;

 private:
  /// The inputs of a piece, and where a slice of the panel has its columns.
  struct Slice {
    uint32_t column;  // of the panel, where it begins
    uint64_t first;   // input
    uint32_t count;   // of inputs
    float* panel;
    uint32_t stride;
    uint64_t* pixels;
    uint32_t words;  // of a row of pixels
  };

  Slice slice_of(const TilePiece& piece) const;
  void fill(const Slice& slice);
  void run_tile(const TilePiece& piece, const Slice& slice);
  void softmax(const TilePiece& piece, const Slice& slice);
  void finish(const Slice& slice);

  TileBatch& batch_;
  const PanelJob& job_;
  const TileJob& tiles_;
  TileBuffer& buffer_;
};

}  // namespace sparsio
