// cold_caches: makes a pass start with nothing of its data in the caches.
#pragma once

#include <cstdint>

namespace sparsio {

/// Walks over `bytes` of memory of its own, writing every line, so that caches up to half of that size hold nothing
/// else. Returns a number that depends on all of it.
uint64_t walk_over(uint64_t bytes);

}  // namespace sparsio
