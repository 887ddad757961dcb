// allocations_fixture: what `operator new` is asked for in this program, and a request that it refuses.
// Containers and objects of the tests' program are all counted, on every thread; what libraries take from malloc is
// not. A machine that runs out of memory refuses some request, so each of them in turn is let fail.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SPARSIO_OWN_ALLOCATIONS 0
#endif
#endif
#ifndef SPARSIO_OWN_ALLOCATIONS
#define SPARSIO_OWN_ALLOCATIONS 1
#endif

/// The thread sanitizer brings memory functions that cannot be replaced; there nothing is seen.
#define SKIP_WHERE_ALLOCATIONS_ARE_UNSEEN() \
  if (SPARSIO_OWN_ALLOCATIONS == 0) GTEST_SKIP() << "the memory functions are the thread sanitizer's"

namespace sparsio {

/// Of all threads since it was made; one at a time.
class AllocationsUnderTest {
 public:
  static constexpr uint64_t none = UINT64_MAX;

  /// Request number `refused`, from 0 on, throws std::bad_alloc; requests of `large` bytes and more are counted apart.
  explicit AllocationsUnderTest(uint64_t refused = none, size_t large = SIZE_MAX)
      : refused_(refused), large_size_(large) {
    active_ = this;
  }
  AllocationsUnderTest(const AllocationsUnderTest&) = delete;
  AllocationsUnderTest& operator=(const AllocationsUnderTest&) = delete;
  ~AllocationsUnderTest() { active_ = nullptr; }

  uint64_t requests() const { return requests_; }
  uint64_t large_requests() const { return large_; }

  /// Called by `operator new`.
  static void on_request(size_t bytes) {
    AllocationsUnderTest* const self = active_;
    if (self == nullptr) return;
    if (bytes >= self->large_size_) ++self->large_;
    if (self->requests_++ == self->refused_) throw std::bad_alloc();
  }

 private:
  inline static std::atomic<AllocationsUnderTest*> active_{nullptr};
  const uint64_t refused_;
  const size_t large_size_;
  std::atomic<uint64_t> requests_{0};
  std::atomic<uint64_t> large_{0};
};

}  // namespace sparsio
