// greedy_growing: one layer's pieces to parts, greedily.
// A part takes a first piece, then again and again the one that has most of its sources in common with what the part
// already reads, till it has its share; then the next part. Which of the parts so found is whose is decided by what
// they read: as many values as can be should be where they are needed. Rows without sources are dealt out in turn.
#pragma once

#include <vector>

#include "part/shared/row_groups.hpp"

namespace sparsio {

/// The part of each piece. `owner`: of the layer's sources; empty if nobody owns them yet.
std::vector<uint32_t> grow(const Layer& layer, const RowGroups& pieces, const std::vector<uint32_t>& owner,
                           uint32_t parts);

}  // namespace sparsio
