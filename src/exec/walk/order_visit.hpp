// order_visit: an order as the I/O model executes it, connection by connection, told to a listener.
// For cases without an engine, and for engines whose own accesses nobody knows.
#pragma once

#include <span>

#include "net/access.hpp"
#include "net/inputs.hpp"
#include "net/network.hpp"
#include "net/order.hpp"

namespace sparsio {

struct OrderLayout {
  uint32_t row_bytes = 4;         // of one neuron's values for the panel
  uint32_t connection_bytes = 4;  // weights and indices, one stream
  uint32_t target_bytes = 0;      // a stream read once a target
  uint32_t vector_bytes = 32;     // of the vectors in which packed inputs are turned
  InputValues inputs = InputValues::bits;
};

/// Every neuron has a row for the whole pass; each connection loads the bias and adds to its target's row. `steps` is
/// an order of all connections.
void visit_order(const Network& network, std::span<const Step> steps, const OrderLayout& layout,
                 AccessVisitor& visitor);

}  // namespace sparsio
