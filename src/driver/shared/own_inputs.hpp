// own_inputs: of a batch, the values that one rank owns.
#pragma once

#include <vector>

#include "net/inputs.hpp"

namespace sparsio {

/// Of each input the values of these numbers, in their order, held as the batch is.
Inputs columns_of(const Inputs& inputs, const std::vector<uint32_t>& numbers);

}  // namespace sparsio
