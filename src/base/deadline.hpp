// deadline: the end of a case's time.
// It is checked between layers and repetitions, so a case may overrun by one layer of one panel.
#pragma once

#include <algorithm>
#include <chrono>

namespace sparsio {

class Deadline {
 public:
  Deadline() = default;  // never
  explicit Deadline(double seconds)
      : end_(std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                                    std::chrono::duration<double>(std::min(seconds, longest)))),
        seconds_(seconds) {}
  bool is_over() const { return seconds_ > 0 && std::chrono::steady_clock::now() > end_; }
  /// TimeLimit if it is over.
  void check() const;

 private:
  static constexpr double longest = 1e9;  // some 30 years; the clock's number of nanoseconds ends at 290
  std::chrono::steady_clock::time_point end_;
  double seconds_ = 0;
};

}  // namespace sparsio
