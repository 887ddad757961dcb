// flush: numbers too small for their exponent are zero while one of these lives, on the thread that made it. Gradients
// that vanish through many layers would otherwise cost a hundred times as much as others.
#pragma once

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace sparsio {

class Flush {
 public:
#if defined(__SSE__)
  Flush() : before_(_mm_getcsr()) {
    _mm_setcsr((before_ | zeros) & ~underflow);
  }
  ~Flush() {
    _mm_setcsr(before_);
  }
  /// Whether a result was taken for zero since.
  bool happened() const {
    return (_mm_getcsr() & underflow) != 0;
  }
#else
  Flush() = default;
  bool happened() const {
    return false;
  }
#endif
  Flush(const Flush&) = delete;
  Flush& operator=(const Flush&) = delete;

 private:
#if defined(__SSE__)
  static constexpr unsigned zeros = 0x8040;    // flush to zero, denormals are zeros
  static constexpr unsigned underflow = 0x10;  // sticky
  unsigned before_;
#endif
};

}  // namespace sparsio
