// tile_edges: which tasks of a panel must be through before a task may begin, found by rows.
// Tasks are tiles, and what is done to a panel before and after them; they read and write rows of one buffer, panel
// after panel. A task waits for whoever wrote what it reads. Since rows are used again it also waits, before it writes
// a row, for whoever wrote the old value and for all who read it: in this panel or, where the row's old value is of the
// panel before, in that one. (A barrier a layer is no substitute: tiles of different layers share rows.) Every edge
// goes from a task to a later one, so that who takes tasks in turn never waits for one that nobody has taken.
//
// What follows from other edges is left out: a wait costs little, but each looks at a line that another core has
// written.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sparsio {

/// From a task of this panel, or of the one before.
struct TileEdge {
  uint32_t from;
  uint32_t panels_ago;  // 0 or 1
};

class TileEdges {
 public:
  /// The next task, which reads these rows, written by earlier tasks or by itself, and writes those.
  void add(std::span<const uint32_t> reads, std::span<const uint32_t> writes);

  /// For each task, in the order added, what it waits for. Ends the adding.
  std::vector<std::vector<TileEdge>> edges();

 private:
  struct Row {
    uint32_t first_writer = none;  // of a panel
    uint32_t writer = none;        // of the value that is there
    std::vector<uint32_t> reader;  // of it, besides its writer
  };
  static constexpr uint32_t none = UINT32_MAX;

  Row& row(uint32_t number);
  void wait_for_users(const Row& row, uint32_t panels_ago, std::vector<TileEdge>& edges) const;

  std::vector<Row> row_;
  std::vector<std::vector<TileEdge>> edges_;
};

/// Tasks of one level do not wait for each other, and each waits only for lower ones or the panel before.
std::vector<uint32_t> levels_of(std::span<const std::vector<TileEdge>> edges);

}  // namespace sparsio
