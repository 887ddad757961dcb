// cycle: which connections keep a network from being feed-forward.
// Depth-first search with colours: a connection to a neuron that is still on the search path closes a cycle, and the
// path from that neuron on is the rest of it. Used to word an error, so it is plain rather than fast.
#pragma once

#include <cstdint>
#include <vector>

#include "net/network.hpp"

namespace sparsio {

/// Indices into `connections` of one cycle, each connection beginning where the one before ends; empty if none.
std::vector<uint64_t> find_cycle(uint32_t neurons, const std::vector<Connection>& connections);

}  // namespace sparsio
