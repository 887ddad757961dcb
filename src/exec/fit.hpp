// fit: whether an engine can take a network and inputs; what cannot be is refused in the same words by all of them.
#pragma once

#include <string_view>

#include "net/inputs.hpp"
#include "net/plan.hpp"

namespace sparsio {

/// The layers of the plan's network; Unsupported if it has none.
LayerSource& layers_of(const Plan& plan, std::string_view engine);

/// Unsupported unless `inputs` have a value for each of so many input neurons.
void check_width(const Inputs& inputs, uint64_t neurons);

}  // namespace sparsio
