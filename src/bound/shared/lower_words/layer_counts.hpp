// layer_counts: words that a layer costs whoever owns its sources, by counting degrees.
// A value with more readers than a part may have rows is read by several parts: ceil(readers / rows) - 1 words. And a
// part with so many rows has at least so many connections, which end in so many sources; what all parts read, less the
// values that are read at all, is sent. Weak, but of any layer of any size.
#pragma once

#include <cstdint>

#include "bound/shared/row_range.hpp"
#include "net/layer.hpp"

namespace sparsio {

uint64_t words_by_counts(const Layer& layer, uint32_t parts, const RowRange& rows);

}  // namespace sparsio
