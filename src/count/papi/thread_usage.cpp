#include "count/papi/thread_usage.hpp"

#include <sys/resource.h>
#include <time.h>

namespace sparsio {
namespace {

std::vector<double> usage_so_far() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return {static_cast<double>(usage.ru_minflt + usage.ru_majflt), static_cast<double>(usage.ru_nvcsw + usage.ru_nivcsw),
          static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec)};
}

class ThreadUsage final : public ThreadCounters {
 public:
  void start() override { before_ = usage_so_far(); }
  std::vector<double> stop() override {
    std::vector<double> counts = usage_so_far();
    for (size_t k = 0; k < counts.size(); ++k) counts[k] -= before_[k];
    return counts;
  }

 private:
  std::vector<double> before_;
};

}  // namespace

const std::vector<std::string>& thread_usage_names() {
  static const std::vector<std::string> names = {"page_faults", "context_switches", "task_clock_seconds"};
  return names;
}

std::unique_ptr<ThreadCounters> make_thread_usage() {
  return std::make_unique<ThreadUsage>();
}

}  // namespace sparsio
