// progress: one line a case on stderr, with the time that is left.
#pragma once

#include <chrono>
#include <ostream>
#include <string>

#include "record/record.hpp"

namespace sparsio {

class Progress {
 public:
  /// A case takes one step, or one a round.
  Progress(std::ostream& log, uint64_t cases, uint64_t steps) : log_(log), cases_(cases), steps_(steps) {}
  /// After a round of a case that is not its last.
  void round_done() { ++steps_done_; }
  /// After a case: what it was, how it ended, how long the rest will take at the pace so far.
  void finished(const Record& record);

 private:
  std::ostream& log_;
  uint64_t cases_;
  uint64_t steps_;
  uint64_t done_ = 0;
  uint64_t steps_done_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// "3.2 s", "4 min 10 s", "2 h 5 min".
std::string duration_text(double seconds);

}  // namespace sparsio
