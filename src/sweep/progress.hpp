// progress: one line a case on stderr, with the time that is left.
#pragma once

#include <chrono>
#include <ostream>
#include <string>

#include "record/record.hpp"

namespace sparsio {

class Progress {
 public:
  Progress(std::ostream& log, uint64_t cases) : log_(log), cases_(cases) {}
  /// After a case: what it was, how it ended, how long the rest will take at the pace so far. `done`: cases finished,
  /// by all ranks.
  void finished(const Record& record, uint64_t done);
  /// After a round of a case: which part of it is done; taken back when the case is finished.
  void add_part(double part) { parts_ += part; }

 private:
  std::ostream& log_;
  uint64_t cases_;
  double parts_ = 0;  // of cases that are not finished
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// "3.2 s", "4 min 10 s", "2 h 5 min".
std::string duration_text(double seconds);

}  // namespace sparsio
