#include "predict/auto/turns.hpp"

#include <time.h>

#include <algorithm>
#include <chrono>

namespace sparsio {
namespace {

/// Turns before anybody may be out; the first one warms.
constexpr int least_turns = 4;
constexpr int most_turns = 60;
constexpr double long_enough = 0.2;  // seconds that are timed
/// Of the clock: on a machine that gives this process little of its time there is an end too.
constexpr double too_long = 1;
/// A run is repeated within its turn for so long: what the turn before has put into the caches is gone then.
constexpr double least_turn = 1e-3;

double processor_seconds() {
  timespec at{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + 1e-9 * static_cast<double>(at.tv_nsec);
}

double lower_quartile(std::vector<double> values) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 4);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double clock_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

void take_turns(std::vector<Candidate>& candidates, const Inputs& inputs, unsigned threads) {
  if (candidates.size() < 2) return;
  const auto now = threads == 1 ? processor_seconds : clock_seconds;
  std::vector<std::vector<double>> seconds(candidates.size());  // a run, of each turn
  std::vector<Candidate*> running;
  for (Candidate& one : candidates) running.push_back(&one);
  const double start = clock_seconds();
  double timed = 0;
  const auto goes_on = [&](int turn) {
    if (running.size() < 2) return false;
    return turn < least_turns || (turn < most_turns && timed < long_enough && clock_seconds() - start < too_long);
  };
  for (int turn = 0; goes_on(turn); ++turn) {
    double fastest = std::numeric_limits<double>::infinity();
    for (Candidate* const one : running) {
      double of_turn = 0;
      int runs = 0;
      for (; of_turn < least_turn; ++runs) {
        const double begin = now();
        one->engine->run(inputs, Observe::categories, {});
        of_turn += now() - begin;
      }
      timed += of_turn;
      if (turn == 0) continue;
      std::vector<double>& seen = seconds[static_cast<size_t>(one - candidates.data())];
      seen.push_back(of_turn / runs);
      one->seconds = lower_quartile(seen);
      fastest = std::min(fastest, one->seconds);
    }
    if (turn + 1 >= least_turns)
      std::erase_if(running, [&](const Candidate* one) { return one->seconds > out_of_reach * fastest; });
  }
}

}  // namespace sparsio
