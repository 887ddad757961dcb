// row_range: how many rows of a level a part has.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "net/partition.hpp"

namespace sparsio {

/// The part with fewest and the one with most.
struct RowRange {
  uint64_t least = 0;
  uint64_t most = 0;
};

/// Of a level of a partition.
inline RowRange rows_of(const Partition& partition, size_t level) {
  std::vector<uint64_t> rows(partition.parts, 0);
  for (const uint32_t part : partition.owner[level]) ++rows[part];
  const auto [least, most] = std::minmax_element(rows.begin(), rows.end());
  return {*least, *most};
}

}  // namespace sparsio
