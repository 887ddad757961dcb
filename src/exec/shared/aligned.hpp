// aligned: vectors that begin on a cache line, so that a row of 16 floats is one line and no access straddles two; and
// those of a page or more on a page, where the trace has them too (net/addressed_visitor.hpp). Which lines share a set
// of the L1 is decided by where buffers begin in their pages: left to the allocator, the lines that a pass misses
// changed by several percent with what had been allocated before, and nobody could foretell them.
#pragma once

#include <cstdlib>
#include <new>
#include <vector>

namespace sparsio {

constexpr size_t cache_line = 64;
constexpr size_t memory_page = 4096;

template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), alignment(n))); }
  void deallocate(T* p, size_t n) { ::operator delete(p, alignment(n)); }
  bool operator==(const AlignedAllocator&) const { return true; }

 private:
  static std::align_val_t alignment(size_t n) {
    return std::align_val_t{n * sizeof(T) < memory_page ? cache_line : memory_page};
  }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace sparsio
