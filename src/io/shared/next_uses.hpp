// next_uses: when each value is needed again, which is all that MIN wants to know of the future.
// A use has a key, 2 * step for the target and 2 * step + 1 for the source.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/order.hpp"

namespace sparsio {

constexpr uint32_t never = UINT32_MAX;

/// For each use (index = key) the key of the next use of the same neuron, or `never`. Unsupported from 2^31 steps on.
std::vector<uint32_t> next_uses(uint32_t neurons, std::span<const Step> steps);

}  // namespace sparsio
