#include "exec/machine/l2_bytes.hpp"

#include <unistd.h>

namespace sparsio {

uint64_t l2_bytes() {
  static const uint64_t here = [] {
#ifdef _SC_LEVEL2_CACHE_SIZE
    const long told = sysconf(_SC_LEVEL2_CACHE_SIZE);
#else
    const long told = 0;
#endif
    return told >= (64 << 10) ? static_cast<uint64_t>(told) : uint64_t{1} << 20;
  }();
  return here;
}

}  // namespace sparsio
