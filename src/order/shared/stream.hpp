// stream: resident targets and the sources streamed to them, both chosen.
// Like rolling_window, but the next source is the one whose targets lack fewest others (so that places are freed soon),
// and the target admitted is the one whose sources the residents still wait for as well: a source that was just
// streamed past will not come again for a whole round, so a target that needs it would stay that much longer.
#pragma once

#include "order/shared/adjacency.hpp"

namespace sparsio {

/// `size` targets are resident at once. O(W N) at worst: for some 10^5 connections.
Order stream(const Network& network, const Adjacency& adjacency, uint64_t size);

}  // namespace sparsio
