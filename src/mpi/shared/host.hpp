// host: the machine that a rank runs on.
#pragma once

#include <string>

namespace sparsio {

std::string host_name();

/// SPARSIO_NODE_RANKS: so many ranks of one machine are taken for a node, to test what several nodes do; 0: they are
/// what they are.
int pretended_node_size();

}  // namespace sparsio
