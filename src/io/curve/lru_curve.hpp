// lru_curve: the miss curve of LRU, O(log max_live) a connection and 10 bytes for each value live at once.
#pragma once

#include "io/policy.hpp"

namespace sparsio {

MissCurve curve_lru(const Network& network, std::span<const Step> steps);

}  // namespace sparsio
