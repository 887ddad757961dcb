// npy_inputs: an array of numpy as inputs, alone in a .npy or from a .npz.
#pragma once

#include <cstdint>

#include "format/shared/npy.hpp"
#include "net/inputs.hpp"

namespace sparsio {

/// A matrix, rows inputs. Halves, floats, truth values and integers up to 2^24 in magnitude are exact; doubles are
/// rounded to 32-bit floats. BadInput at the reader's place: other dimensions, a wrong width, a number that is not
/// finite, does not fit, or is an integer that no float is equal to.
Inputs read_npy_inputs(NpyReader& reader, uint32_t width);

}  // namespace sparsio
