// rolling_window: a window of resident targets over a topological sequence, replaced as they finish.
// The idea: blocks waste memory while they empty. Here the oldest resident target is finished, each of its missing
// sources giving to every resident target at once; whichever target is complete leaves, feeds its own resident targets
// while it is still in fast memory, and the next of the sequence takes its place and starts with the source at hand.
// The oldest target's sources all stand before it in the sequence, so they are finished: the order is valid on any DAG.
#pragma once

#include "order/shared/adjacency.hpp"

namespace sparsio {

/// `size` targets are resident at once; `targets` is a topological sequence of all targets.
Order rolling_window(const Network& network, const Adjacency& adjacency, std::span<const uint32_t> targets,
                     uint64_t size);

}  // namespace sparsio
