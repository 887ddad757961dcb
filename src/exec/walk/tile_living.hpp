// tile_living: which inputs live after each layer, where tiles of several layers and slices of a panel are run in any
// order by any thread. Each looks at the rows that it has just written; a column lives that anybody has seen alive.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "exec/walk/panel_kernels.hpp"

namespace sparsio {

class TileLiving {
 public:
  TileLiving(uint64_t panels, size_t layers, uint32_t panel)
      : layers_(layers), words_((panel + 63) / 64), word_(panels * layers * words_) {}

  /// Column c of `alive` is the panel's column `column` + c, and lives after that layer. Several threads may add.
  void add(uint64_t panel, size_t layer, uint32_t column, const Columns& alive);

  /// The columns that live after each layer.
  std::vector<uint64_t> counts() const;

 private:
  size_t layers_;
  uint64_t words_;  // of a panel
  std::vector<uint64_t> word_;
  std::mutex writing_;
};

}  // namespace sparsio
