// policy: which value leaves fast memory when a place is needed.
// A policy is one file that ends by registering simulate<Itself>; simulation.hpp has all that policies share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/registry.hpp"
#include "net/network.hpp"
#include "net/order.hpp"

namespace sparsio {

/// What moved between slow and fast memory, in words: neurons' values, accumulators and biases here; every weight is
/// read exactly once on top.
struct IoCount {
  uint64_t value_reads = 0;
  uint64_t value_writes = 0;

  bool operator==(const IoCount&) const = default;
};

/// A miss curve: what moves for every fast memory, from one pass over an order.
class MissCurve {
 public:
  /// counts[i] is for i + 3 words; with more words than the last it stays as it is.
  explicit MissCurve(std::vector<IoCount> counts) : counts_(std::move(counts)) {}
  /// The fewest words at which nothing moves twice: max_live + 1.
  uint64_t perfect_memory() const { return counts_.size() + 2; }
  /// `memory` >= 3 words.
  const IoCount& at(uint64_t memory) const { return counts_[std::min(memory, perfect_memory()) - 3]; }

 private:
  std::vector<IoCount> counts_;
};

struct PolicyKind {
  static constexpr std::string_view kind_name = "policy";
  std::string_view summary;
  Options options;
  /// The I/Os of `steps` (a valid order of all connections of `network`) with `memory` >= 3 words of fast memory, one
  /// of them for the weight. O(W) or O(W log W) time, at most 12 bytes a connection of extra memory.
  IoCount (*simulate)(const Network& network, std::span<const Step> steps, uint64_t memory);
  /// The same for every memory at once, if the policy is a stack algorithm; else null.
  MissCurve (*curve)(const Network& network, std::span<const Step> steps) = nullptr;
};

}  // namespace sparsio
