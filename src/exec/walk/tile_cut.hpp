// tile_cut: blocks of layers in tiles.
// A tile is units of a block's layers that one thread computes for a slice of a panel's columns, and then for the next
// slice, its weights staying in the core's L2 beside the values of the slice.
//
// From the sequence: the steps of the depth-first order, a run of them for each tile, of nearly equal connections.
// Since the order is topological a tile depends on earlier ones alone.
//
// From a partition of the block's rows: parts depend on each other in a ring, so that none could run all layers alone.
// So a part is cut by levels: a step is on the level of the last of its sources, and on the next one if another part
// computes that source. A tile is the steps of a part on a level; tiles of one level do not depend on each other, and
// level after level is a topological order. Parts that need nothing of others stay one tile, all layers deep.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "net/windowed_schedule.hpp"

namespace sparsio {

/// Who waits for whom where several threads share a panel.
enum class TileSync {
  none,     // nobody: a panel is one thread's
  weak,     // a tile for those whose rows it reads or takes
  barrier,  // all for all, after the tiles that depend on none of each other
};

struct Tiling {
  uint32_t depth = 0;          // layers of a block, 0: as many as fit
  uint32_t tiles = 0;          // of a block, 0: as few as leave L2 room for the weights of one
  uint32_t slices = 1;         // of a panel
  uint32_t model_threads = 1;  // that share a panel
  TileSync sync = TileSync::none;
  std::string partitioner = "sequence";
  std::function<void()> before_piece = nullptr;  // called by each thread before each slice of a tile: tests delay there

  /// Whether a thread just runs its own panel from the first step to the last.
  bool is_plain() const {
    return tiles <= 1 && slices == 1 && model_threads == 1 && sync == TileSync::none && partitioner == "sequence";
  }
};

/// How many tiles have room: weights of a tile beside the values of a slice.
struct TileRoom {
  uint64_t l2_bytes;
  uint64_t row_bytes;  // of a slice
  /// Of weights and indices a connection.
  std::function<uint64_t()> connection_bytes;
};

/// Cuts blocks as the tiling says. Unsupported where a block has fewer units than tiles. `name` is the engine's.
BlockCut tile_cut(const Tiling& tiling, TileRoom room, std::string name);

/// What a note says of so many blocks, tiles and levels of tiles: "24 tiles in 3 blocks, 4 slices".
std::string tile_words(const Tiling& tiling, uint64_t blocks, uint64_t tiles, uint64_t levels);

/// BadInput at `place` for a partitioner that there is not.
void check_tile_partitioner(const std::string& value, const std::string& place);

}  // namespace sparsio
