// huge_pages: weights and panels of megabytes on pages of 2 MiB where the system has them for who asks (Linux,
// transparent_hugepage = madvise or always). A walk over panels of 65536 neurons touches more small pages than a core
// remembers addresses of, and each that it has forgotten costs as much as a miss.
#pragma once

#include <cstddef>

namespace sparsio {

constexpr size_t huge_page = size_t{1} << 21;

/// Asks for huge pages in the whole ones among these bytes, which begin on one; what is left over stays on small pages,
/// so that nothing becomes resident that was not asked for. A wish: where it is not heard, nothing changes.
void wish_for_huge_pages(void* memory, size_t bytes);

}  // namespace sparsio
