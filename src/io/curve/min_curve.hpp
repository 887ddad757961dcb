// min_curve: the miss curve of MIN.
#pragma once

#include "io/policy.hpp"

namespace sparsio {

MissCurve curve_min(const Network& network, std::span<const Step> steps);

}  // namespace sparsio
