// nets: a layer as a hypergraph, a net a value.
// The pins of a net are those who read the value and, where it is known, who has it. Values with the same pins are one
// net with a weight: the values of twins that are read by twins.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/layer.hpp"

namespace sparsio {

struct Nets {
  std::vector<uint64_t> begin{0};  // of each net: its pins, ascending
  std::vector<uint32_t> pin;
  std::vector<uint32_t> weight;  // values

  size_t count() const { return weight.size(); }
  std::span<const uint32_t> pins(size_t net) const {
    return std::span(pin).subspan(begin[net], begin[net + 1] - begin[net]);
  }
  void append(const Nets& more);
};

/// `has`: the pin that has each source, empty if there is none; `reads`: the pin that each target is. A net with one
/// pin costs nothing and is left out.
Nets nets_of(const Layer& layer, const std::vector<uint32_t>& has, const std::vector<uint32_t>& reads);

}  // namespace sparsio
