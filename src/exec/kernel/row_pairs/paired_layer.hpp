// paired_layer: the connections of a layer in the order in which row_pairs_loops uses them.
// Targets come in row blocks, whose sums stay in L2, and sources in blocks that stay in L1, one strip of inputs at a
// time. In each such (row block, source block) the targets that have connections are paired anew, since their sums go
// to memory in between anyway: first come the sources that both have, whose values are loaded once for two
// multiply-adds, then one source of each at a time, then what the richer one has left. Pairs are sorted by how long
// they are, so that the ends of their loops are foreseen.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "exec/shared/aligned.hpp"
#include "net/layer.hpp"

namespace sparsio {

/// Two targets in one block of sources, the richer one first. A target without a partner is its own: all its
/// connections are the rest, and the second sum is thrown away.
struct RowPair {
  uint32_t row[2];   // of the panel
  uint16_t shared;   // sources that both have
  uint16_t singles;  // steps on one source of each
  uint16_t rest;     // steps on one source of the first
};

/// The pairs of a row block in a block of sources: where they begin in each stream.
struct PairBlock {
  uint64_t pair = 0;
  uint64_t offset = 0;
  uint64_t weight = 0;
  uint32_t pairs = 0;
  uint32_t first_source = 0;  // among those that the layer uses
  uint32_t sources = 0;
};

/// What offsets are multiples of: the most that an address of x86 has for nothing.
constexpr uint32_t offset_bytes = 8;
/// The most bytes of a block on a strip.
constexpr uint32_t most_block_bytes = offset_bytes << 16;

struct PairShape {
  static constexpr uint32_t most_vectors = 6;  // whose sums, a value and two weights fit in 16 registers
  static constexpr uint32_t half_line = 8;     // columns up to which no wider vectors are used

  uint32_t vectors = 4;        // of inputs in a strip
  uint32_t vector_bytes = 32;  // of the instruction set
  uint32_t block_sources = 1;  // the most of a block
  uint32_t row_block = 1024;   // targets
  uint32_t candidates = 32;    // among which a target's partner is looked for (row_matching)

  uint32_t strip_bytes() const { return vectors * vector_bytes; }
  /// Of a source in a block.
  uint32_t pitch() const { return (strip_bytes() + offset_bytes - 1) / offset_bytes * offset_bytes; }
};

struct PairedLayer {
  PairShape shape;
  uint32_t targets = 0;
  bool is_in_rows = false;             // source s is in row s of the panel
  bool is_matched = false;             // by overlap, in some block
  uint64_t shared = 0;                 // connections whose source's values are loaded for two
  uint32_t source_blocks = 0;          // of each row block
  uint32_t lines_ahead = 0;            // of weights that are prefetched a pair: none, 2 or 4
  AlignedVector<uint32_t> source_row;  // of the sources, or where they have a list of rows, of those with connections
  std::vector<PairBlock> block;        // row block after row block
  AlignedVector<RowPair> pair;
  AlignedVector<uint16_t> offset;    // of a source's values in the block, in offset_bytes; 2 a single step, 1 other
  AlignedVector<float> weight;       // 1 a step of the rest, 2 any other
  AlignedVector<float> bias;         // 2 a pair of each row block's last block
  std::vector<uint32_t> target_row;  // empty: target t is in row t

  uint64_t bytes() const { return pair.size() * sizeof(RowPair) + offset.size() * 2 + weight.size() * 4; }
};

/// Vectors of the next strip where so many are left: strips of nearly equal width.
constexpr uint32_t next_strip(uint32_t left, uint32_t most) {
  const uint32_t strips = (left + most - 1) / most;
  return (left + strips - 1) / strips;
}

/// Empty lists: neuron v is in row v.
PairedLayer pair_rows(const Layer& layer, std::span<const uint32_t> source_row, std::span<const uint32_t> target_row,
                      const PairShape& shape);

}  // namespace sparsio
