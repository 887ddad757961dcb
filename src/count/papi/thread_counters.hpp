// thread_counters: counters of one thread, whatever counts. A counter belongs to the thread that made it.
#pragma once

#include <vector>

namespace sparsio {

/// Made, started, stopped and destroyed by one thread.
class ThreadCounters {
 public:
  virtual ~ThreadCounters() = default;
  virtual void start() = 0;
  /// What was counted since start(), one number a counter.
  virtual std::vector<double> stop() = 0;
};

}  // namespace sparsio
