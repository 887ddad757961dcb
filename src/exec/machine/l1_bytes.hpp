// l1_bytes: how much of the values a loop may expect next to it.
#pragma once

#include <cstdint>

namespace sparsio {

/// Of a core's L1 data cache, as the system says; 32 KiB, which nearly every core has at least, where it does not.
uint64_t l1_bytes();

}  // namespace sparsio
