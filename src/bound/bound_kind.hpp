// bound_kind: a statement about what every schedule must move, or what some schedule need not exceed.
#pragma once

#include "base/registry.hpp"
#include "bound/shared/bounds.hpp"

namespace sparsio {

struct BoundKind {
  static constexpr std::string_view kind_name = "bound";
  /// Which side of the optimum it is on.
  enum class Side { lower, upper };
  std::string_view summary;
  Side side;
  Options options;
  /// Total words, weights included, with `memory` >= 3 words of fast memory.
  uint64_t (*total)(const Network& network, uint64_t memory);
};

}  // namespace sparsio
