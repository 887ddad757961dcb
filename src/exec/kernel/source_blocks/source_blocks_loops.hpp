// source_blocks_loops: one layer on one panel, block of sources by block of sources.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "exec/kernel/kernel.hpp"
#include "exec/shared/aligned.hpp"
#include "net/layer.hpp"

namespace sparsio {

/// The connections of one target from one block of sources.
struct BlockedRow {
  uint32_t target;  // its row
  uint32_t count;
};

struct BlockedLayer {
  /// A block of sources on a strip of the panel, which stays in an L1 of 32 KiB or more.
  static constexpr uint64_t block_bytes = 32 << 10;
  static constexpr uint32_t most_vectors = 4;

  uint32_t targets = 0;
  uint32_t strip_vectors = 4;               // of a strip
  AlignedVector<BlockedRow> row;            // block after block
  AlignedVector<CsrConnection> connection;  // in the order of rows
  AlignedVector<float> bias;
  std::vector<uint32_t> target_row;  // empty: target t is in row t

  uint64_t row_of(uint32_t t) const { return target_row.empty() ? t : target_row[t]; }
  uint64_t bytes() const { return row.size() * sizeof(BlockedRow) + connection.size() * sizeof(CsrConnection); }
};

/// A wide strip loads a weight for more vectors, a narrow one lets a block have more sources, so that a target's sum is
/// fetched and put back for more connections: which, depends on the density. Within a block rows are sorted by their
/// number of connections, so that branches on it can be foreseen. Empty lists: neuron v is in row v.
BlockedLayer block_sources(const Layer& layer, std::span<const uint32_t> source_row,
                           std::span<const uint32_t> target_row);

/// y[row of t] = sum over the connections of t of weight * x[source] for `columns` columns (rounded up to whole
/// vectors), in ascending order of sources; the activation is left to activate_rows.
void blocked_layer(const BlockedLayer& layer, const float* x, float* y, uint32_t stride, uint32_t columns);

}  // namespace sparsio
