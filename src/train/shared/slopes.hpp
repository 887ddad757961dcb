// slopes: a slope by a value becomes one by the sum that the value was made of.
#pragma once

#include <span>

#include "net/activation.hpp"

namespace sparsio {

/// slope[i] *= f'(s) where f(s) = y[i]; `sum` is null where the rule says that y is enough.
void by_the_sums(const Activation& activation, std::span<float> slope, const float* y, const float* sum);

}  // namespace sparsio
