// peak_memory: the most memory that this process had resident, as Linux counts it.
#pragma once

#include <cstdint>

namespace sparsio {

/// Begins anew from what is resident now; where the kernel refuses, the peak stays that of the process's life.
void forget_peak_memory();

/// Bytes since then; 0 where the kernel does not say.
uint64_t peak_memory();

}  // namespace sparsio
