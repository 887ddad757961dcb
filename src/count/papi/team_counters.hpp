// team_counters: counters of every thread of a team, started and stopped in parallel regions of their own.
// A counter belongs to the thread that made it, and a thread sees only its own (counting in the first thread alone
// misses the work of all others). OpenMP gives consecutive regions of the same size the same threads, so what stands
// between start() and stop() may itself be parallel and need not know that it is counted.
#pragma once

#include <functional>
#include <memory>
#include <vector>

namespace sparsio {

/// One thread's counters; made, started, stopped and destroyed by that thread.
class ThreadCounters {
 public:
  virtual ~ThreadCounters() = default;
  virtual void start() = 0;
  /// What was counted since start(), one number a counter.
  virtual std::vector<double> stop() = 0;
};

class TeamCounters {
 public:
  /// What `make` or a counter throws on any thread is thrown here, once, by the methods that called it.
  TeamCounters(unsigned threads, const std::function<std::unique_ptr<ThreadCounters>()>& make);
  TeamCounters(const TeamCounters&) = delete;
  TeamCounters& operator=(const TeamCounters&) = delete;
  ~TeamCounters();
  void start();
  /// A row a thread.
  std::vector<std::vector<double>> stop();

 private:
  std::vector<std::unique_ptr<ThreadCounters>> counters_;
};

}  // namespace sparsio
