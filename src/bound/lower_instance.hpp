// lower_instance: what every schedule must move, from the connections themselves and the size of fast memory.
#pragma once

#include <optional>

#include "bound/lower_instance/pair_chain.hpp"
#include "bound/shared/bounds.hpp"

namespace sparsio {

/// Words, weights included: no schedule with `memory` >= 3 words reads or writes less. Never below bounds().
struct InstanceBound {
  uint64_t reads;
  uint64_t writes;

  uint64_t total() const { return reads + writes; }
};

InstanceBound lower_instance(const Network& network, uint64_t memory);

/// The same for several sizes of fast memory: `kept` keeps what they have in common, for one network.
InstanceBound lower_instance(const Network& network, uint64_t memory, std::optional<PairChains>& kept);

}  // namespace sparsio
