// depth_blocks: how many layers a walk runs at once, for a panel and a cache, and what it says of that.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/windowed_schedule.hpp"

namespace sparsio {

/// Rows of a panel that may be alive within a block: 60 % of a core's L2, the rest being for weights, indices and the
/// values that pass through.
uint32_t window_rows(uint32_t panel, uint64_t l2_bytes);

/// What was decided, block after block.
class BlockNote {
 public:
  /// `window` is the most rows that a block of several layers could have; ScheduleLimits::none: any.
  explicit BlockNote(uint32_t window) : window_(window) {}
  void add(const DepthBlock& block) {
    block_.push_back({block.first, static_cast<uint32_t>(block.layers.size()), block.window});
  }
  /// "depth first within 1638 rows: layers 1-5 (window 1024), 6-10 (704); one by one 11-120".
  std::string words() const;

 private:
  struct Block {
    uint32_t first;
    uint32_t layers;
    uint32_t window;
  };

  uint32_t window_;
  std::vector<Block> block_;
};

}  // namespace sparsio
