// row_allocation: all layers of twins in one buffer.
// With a buffer a layer, every result goes to a line that the core has to fetch from L2 first and to push out later.
// But once the last block that reads a source has run, nobody needs its row, and it is still in L1: the next block's
// results go there (free_rows). A layer in which groups of targets read sources of their own, as in a radix_net, so
// needs the rows of its inputs and one block more, half of two buffers; where all targets read all sources it needs
// both.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/free_rows.hpp"
#include "net/twin_blocks.hpp"

namespace sparsio {

class RowAllocation {
 public:
  /// Input v is in row v.
  explicit RowAllocation(uint32_t inputs);

  /// The row of each of the next layer's `targets`, in the order of its blocks. `source` is that of the blocks: neurons
  /// of the first layer, or places in the order of the last one's blocks; they become rows.
  std::vector<uint32_t> place(std::span<const TwinBlock> blocks, std::span<uint32_t> source, uint32_t targets);

  /// Of the buffer, for all layers placed so far.
  uint32_t rows() const { return pool_.rows(); }

 private:
  FreeRows pool_;
  std::vector<uint32_t> row_;  // of each value of the layer placed last
};

}  // namespace sparsio
