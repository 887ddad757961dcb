// The memory functions of the tests' program, replaced so that AllocationsUnderTest sees every request. They are alone
// in this file: where g++ sees a replaced `operator delete` beside its use, it takes it for a mismatched free.
#include "exec/shared/allocations_fixture.hpp"

#if SPARSIO_OWN_ALLOCATIONS

void* operator new(size_t bytes) {
  sparsio::AllocationsUnderTest::on_request(bytes);
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}

/// Sorting asks so, and does without where it is refused. AddressSanitizer has one of its own, which would not match.
void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  try {
    return operator new(bytes);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void* operator new(size_t bytes, std::align_val_t alignment) {
  sparsio::AllocationsUnderTest::on_request(bytes);
  const auto line = static_cast<size_t>(alignment);
  if (void* const memory = std::aligned_alloc(line, (bytes / line + 1) * line)) return memory;
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}

void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  std::free(memory);
}

#endif
