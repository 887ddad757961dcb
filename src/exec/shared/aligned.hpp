// aligned: vectors that begin on a cache line, so that a row of 16 floats is one line and no access straddles two.
#pragma once

#include <cstdlib>
#include <new>
#include <vector>

namespace sparsio {

constexpr size_t cache_line = 64;

template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(size_t n) { return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{cache_line})); }
  void deallocate(T* p, size_t) { ::operator delete (p, std::align_val_t{cache_line}); }
  bool operator==(const AlignedAllocator&) const { return true; }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace sparsio
