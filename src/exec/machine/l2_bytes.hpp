// l2_bytes: how much of the values that cross from layer to layer a core may expect to keep.
#pragma once

#include <cstdint>

namespace sparsio {

/// Of a core's L2 cache, as the system says; 1 MiB where it does not.
uint64_t l2_bytes();

}  // namespace sparsio
