// order_kind: a way to put the connections of a network in sequence.
#pragma once

#include "base/registry.hpp"
#include "net/order.hpp"

namespace sparsio {

struct OrderKind {
  static constexpr std::string_view kind_name = "order";
  std::string_view summary;
  Options options;
  /// A valid order for a fast memory of `memory` words (M, the slot for the weight included; at least 3).
  Order (*make)(const Network& network, uint64_t memory, const Params& params);
};

}  // namespace sparsio
