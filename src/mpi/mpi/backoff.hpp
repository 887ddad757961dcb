// backoff: how a rank waits for what it asks for again and again.
// A short wait yields, so that it is over at once and does not disturb whoever shares the processor; a long one sleeps,
// ever longer, so that a rank that waits for hours leaves its processor to who works.
#pragma once

#include <sched.h>

#include <chrono>
#include <thread>

namespace sparsio {

class Backoff {
 public:
  /// Between two questions.
  void pause() const {
    const auto waited = std::chrono::steady_clock::now() - start_;
    if (waited < yielding)
      sched_yield();
    else
      std::this_thread::sleep_for(std::chrono::milliseconds(waited < 20 * yielding ? 1 : 10));
  }

 private:
  static constexpr auto yielding = std::chrono::milliseconds(50);
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace sparsio
