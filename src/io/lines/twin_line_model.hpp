// twin_line_model: the line model of engines that work on several targets with equal sources at once.
// Such an engine reads a source's row once for up to eight targets, and does not walk the order connection by
// connection: a layer is blocks of twins (net/twin_blocks.hpp), a block is strips of columns, and each strip walks the
// block's sources and weights anew. Which targets make a block follows from the network, how wide strips are from the
// LineLayout, and where rows lie from both; that is walked here through the level's cache.
#pragma once

#include "io/lines/line_model.hpp"

namespace sparsio {

/// `network` has layers, and `layout.has_twins()`.
LinePrediction predict_twin_lines(const Network& network, const CacheGeometry& cache, const LineLayout& layout);

}  // namespace sparsio
