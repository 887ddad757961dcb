// policy: which value leaves fast memory when a place is needed.
// A policy is one file that ends by registering simulate<Itself>; simulation.hpp has all that policies share.
#pragma once

#include <cstdint>
#include <span>

#include "net/network.hpp"
#include "net/order.hpp"
#include "plugin/registry.hpp"

namespace sparsio {

/// What moved between slow and fast memory, in words: neurons' values, accumulators and biases here; every weight is
/// read exactly once on top.
struct IoCount {
  uint64_t value_reads = 0;
  uint64_t value_writes = 0;

  bool operator==(const IoCount&) const = default;
};

struct PolicyKind {
  static constexpr std::string_view kind_name = "policy";
  std::string_view summary;
  Options options;
  /// The I/Os of `steps` (a valid order of all connections of `network`) with `memory` >= 3 words of fast memory, one
  /// of them for the weight. O(W) or O(W log W) time, at most 12 bytes a connection of extra memory.
  IoCount (*simulate)(const Network& network, std::span<const Step> steps, uint64_t memory);
};

}  // namespace sparsio
