// row_matching: which two targets are worked on together in a block of sources.
// The richest of those that are left chooses, by bitmaps, whom it shares most sources with, among so many candidates
// that come next in the order of their numbers of connections. One candidate is a neighbour and costs a sort. Of random
// overlaps the best of 32 is two thirds as far above the mean as the best of 1024, for a small part of the work.
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
                                 uint32_t block_sources, EmptyRows empty, uint32_t candidates);

}  // namespace sparsio
