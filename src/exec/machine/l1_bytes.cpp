#include "exec/machine/l1_bytes.hpp"

#include <unistd.h>

namespace sparsio {

uint64_t l1_bytes() {
  static const uint64_t here = [] {
#ifdef _SC_LEVEL1_DCACHE_SIZE
    const long told = sysconf(_SC_LEVEL1_DCACHE_SIZE);
#else
    const long told = 0;
#endif
    return told >= (8 << 10) ? static_cast<uint64_t>(told) : uint64_t{32} << 10;
  }();
  return here;
}

}  // namespace sparsio
