// row_matching: which two targets are worked on together in a block of sources.
// Neighbours in the order of their numbers of connections waste the fewest padded steps, and in pruned networks, where
// rich targets share rich sources, most of what can be shared; that costs a sort. Greedy matching looks for the partner
// with the largest overlap among all that are left, by bitmaps: some percent faster to run, several times as slow to
// prepare.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "exec/kernel/row_pairs/paired_layer.hpp"

namespace sparsio {

/// A target's connections in a block of sources.
struct ConnectionList {
  uint64_t first = 0;  // in the layer
  uint32_t count = 0;
  uint32_t position = 0;  // where their positions in the block begin, ascending
};

struct RowMatch {
  static constexpr uint32_t nobody = UINT32_MAX;
  uint32_t first;
  uint32_t second = nobody;

  bool has_second() const { return second != nobody; }
};

enum class EmptyRows { matched, left_out };

/// Each target in one match; one at most has no partner.
std::vector<RowMatch> match_rows(std::span<const ConnectionList> lists, std::span<const uint16_t> positions,
                                 uint32_t block_sources, EmptyRows empty, Matching matching);

}  // namespace sparsio
