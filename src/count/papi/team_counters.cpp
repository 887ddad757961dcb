#include "count/papi/team_counters.hpp"

#include <omp.h>

#include "base/team_error.hpp"

namespace sparsio {
namespace {

/// Calls action(number of the thread) on each of a team of `threads`; the first exception comes out.
template <class Action>
void on_every_thread(size_t threads, const Action& action) {
  TeamError error;
#pragma omp parallel num_threads(static_cast <int>(threads))
  error.guard([&] { action(static_cast<size_t>(omp_get_thread_num())); });
  error.rethrow();
}

}  // namespace

TeamCounters::TeamCounters(unsigned threads, const std::function<std::unique_ptr<ThreadCounters>()>& make)
    : counters_(threads) {
  on_every_thread(threads, [&](size_t t) { counters_[t] = make(); });
}

TeamCounters::~TeamCounters() {
  on_every_thread(counters_.size(), [&](size_t t) { counters_[t].reset(); });
}

void TeamCounters::start() {
  on_every_thread(counters_.size(), [&](size_t t) { counters_[t]->start(); });
}

std::vector<std::vector<double>> TeamCounters::stop() {
  std::vector<std::vector<double>> counts(counters_.size());
  on_every_thread(counters_.size(), [&](size_t t) { counts[t] = counters_[t]->stop(); });
  return counts;
}

}  // namespace sparsio
