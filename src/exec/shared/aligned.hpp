// aligned: vectors that begin on a cache line, so that a row of 16 floats is one line and no access straddles two; and
// those of a page or more on a page, where the trace has them too (net/addressed_visitor.hpp). Which lines share a set
// of the L1 is decided by where buffers begin in their pages: left to the allocator, the lines that a pass misses
// changed by several percent with what had been allocated before, and nobody could foretell them. Those of 2 MiB or
// more begin on a huge page and wish for such.
#pragma once

#include <cstdlib>
#include <new>
#include <vector>

#include "exec/machine/huge_pages.hpp"

namespace sparsio {

constexpr size_t cache_line = 64;
constexpr size_t memory_page = 4096;

template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(size_t n) {
    void* const memory = ::operator new(n * sizeof(T), alignment(n));
    if (n * sizeof(T) >= huge_page) wish_for_huge_pages(memory, n * sizeof(T));
    return static_cast<T*>(memory);
  }
  void deallocate(T* p, size_t n) { ::operator delete(p, alignment(n)); }
  bool operator==(const AlignedAllocator&) const { return true; }

 private:
  static std::align_val_t alignment(size_t n) {
    const size_t bytes = n * sizeof(T);
    return std::align_val_t{bytes < memory_page ? cache_line : bytes < huge_page ? memory_page : huge_page};
  }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace sparsio
