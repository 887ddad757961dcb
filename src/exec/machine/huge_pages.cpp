#include "exec/machine/huge_pages.hpp"

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace sparsio {

void wish_for_huge_pages([[maybe_unused]] void* memory, [[maybe_unused]] size_t bytes) {
#ifdef MADV_HUGEPAGE
  madvise(memory, bytes / huge_page * huge_page, MADV_HUGEPAGE);
#endif
}

}  // namespace sparsio
