// paired_layer: the connections of a layer in the order in which row_pairs_loops uses them.
// Targets come in row blocks, whose sums stay in L2, and sources in blocks that stay in L1, one strip of inputs at a
// time. In each such (row block, source block) the targets that have connections are paired anew, since their sums go
// to memory in between anyway: first come the sources that both have, whose values are loaded once for two
// multiply-adds, then one source of each at a time. The shorter rest is padded by weights of 0 on a row of zeros, so
// that no value, infinite or not, gets where no connection leads. Pairs are sorted by how long they are, so that the
// ends of their loops are foreseen.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "exec/shared/aligned.hpp"
#include "net/layer.hpp"

namespace sparsio {

/// Two targets in one block of sources. A target without a partner is its own, and the second sum is thrown away.
struct RowPair {
  uint32_t row[2];   // of the panel
  uint16_t shared;   // sources that both have
  uint16_t singles;  // steps on one source of each
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

/// How pairs are found.
enum class Matching {
  neighbours,  // in the order of their numbers of connections
  greedy,      // the richest chooses whom it shares most sources with
};

struct PairShape {
  uint32_t vectors = 4;        // of inputs in a strip
  uint32_t vector_bytes = 32;  // of the instruction set
  uint32_t block_sources = 1;  // the most of a block, less than 64 KiB of values together with the row of zeros
  uint32_t row_block = 1024;   // targets

  uint32_t pitch() const { return vectors * vector_bytes; }
};

struct PairedLayer {
  PairShape shape;
  uint32_t targets = 0;
  uint64_t steps_padded = 0;           // weights of 0 that stand for no connection
  uint64_t shared = 0;                 // connections whose source's values are loaded for two
  uint32_t source_blocks = 0;          // of each row block
  AlignedVector<uint32_t> source_row;  // of the sources that have connections
  std::vector<PairBlock> block;        // row block after row block
  AlignedVector<RowPair> pair;
  AlignedVector<uint16_t> offset;  // bytes from the row of zeros to a source's values, 1 a shared step, 2 a single one
  AlignedVector<float> weight;     // 2 a step
  AlignedVector<float> bias;       // 2 a pair of each row block's last block
  std::vector<uint32_t> target_row;  // empty: target t is in row t

  uint64_t bytes() const { return pair.size() * sizeof(RowPair) + offset.size() * 2 + weight.size() * 4; }
};

/// What suits a layer of that density where a core has an L1 of so many bytes.
PairShape pair_shape(double density, uint32_t vector_bytes, uint64_t l1_bytes);

/// Empty lists: neuron v is in row v.
PairedLayer pair_rows(const Layer& layer, std::span<const uint32_t> source_row, std::span<const uint32_t> target_row,
                      const PairShape& shape, Matching matching);

}  // namespace sparsio
