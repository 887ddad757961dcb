#include "order/anneal/annealing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <numeric>

#include "base/annealer.hpp"
#include "base/team_error.hpp"
#include "order/anneal/best_so_far.hpp"
#include "order/anneal/incremental_cost.hpp"
#include "order/anneal/moves.hpp"

namespace sparsio {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t proposals_a_look = 64;  // at the clock and the temperature

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The best total of all chains, and the talk about it. It never influences a chain.
class Talk {
 public:
  Talk(const Network& network, const AnnealingPlan& plan)
      : every_(plan.talk_seconds),
        connections_(network.connections()),
        lower_(network.facts().neurons + network.facts().outputs + connections_),
        done_(plan.chains, 0.0) {}

  /// `done`: the share of its budget that the chain has spent.
  void heard(uint64_t chain, uint64_t total, double done) {
    if (every_ <= 0) return;
    const std::lock_guard lock(mutex_);
    best_ = std::min(best_, total);
    done_[chain] = std::min(1.0, done);
    if (seconds_since(last_) < every_) return;
    last_ = Clock::now();
    const double ratio = static_cast<double>(connections_ + best_) / static_cast<double>(lower_);
    const double share = std::accumulate(done_.begin(), done_.end(), 0.0) / static_cast<double>(done_.size());
    fmt::print(stderr, "anneal: {:3.0f} % after {:.0f} s, best so far {:.4f} times the lower bound\n", 100 * share,
               seconds_since(start_), ratio);
  }

 private:
  double every_;
  uint64_t connections_;
  uint64_t lower_;
  std::vector<double> done_;  // of each chain
  std::mutex mutex_;
  uint64_t best_ = UINT64_MAX;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
};

Annealed run_chain(const Network& network, const Order& start, const AnnealingPlan& plan, uint64_t chain, Talk& talk,
                   const std::string& place) {
  const auto cost = incremental_cost(network, steps(network, start), plan.memory, plan.policy, place);
  const uint64_t lower = network.facts().neurons + network.facts().outputs;
  RandomStream random(plan.seed, chain);
  Mover mover(network.neurons(), plan.window);
  Annealed result;
  result.start = result.total = cost->total();
  result.connection.resize(network.connections());
  for (uint64_t k = 0; k < network.connections(); ++k) result.connection[k] = static_cast<uint32_t>(start.at(k));
  std::vector<uint32_t>& now = result.connection;
  BestSoFar best(result.start);
  std::vector<Step> window;
  std::vector<uint32_t> before;
  uint64_t total = result.start;
  Annealer annealer({plan.proposals, plan.seconds}, {plan.hot, plan.cold}, proposals_a_look);
  const auto look = [&](double done) { talk.heard(chain, best.total(), done); };
  while (best.total() > lower && annealer.next(look)) {
    const Move& move = mover.draw(cost->steps(), random);
    if (move.from.empty()) continue;
    window.clear();
    for (const uint32_t k : move.from) window.push_back(cost->steps()[k]);
    cost->attempt(move.begin, window);
    const uint64_t changed = cost->total();
    if (changed > total &&
        random.uniform() >= std::exp(-static_cast<double>(changed - total) / annealer.temperature())) {
      cost->drop();
      continue;
    }
    cost->keep();
    ++result.kept;
    total = changed;
    const auto at = now.begin() + static_cast<int64_t>(move.begin);
    before.assign(at, at + static_cast<int64_t>(window.size()));
    for (size_t i = 0; i < window.size(); ++i) now[move.begin + i] = before[move.from[i] - move.begin];
    best.changed(now, move.begin, before, total);
  }
  result.proposals = annealer.made();
  result.connection = best.at_best(now);
  result.total = best.total();
  return result;
}

}  // namespace

Annealed anneal(const Network& network, const Order& start, const AnnealingPlan& plan, const std::string& place) {
  if (network.connections() == 0) return {};
  std::vector<Annealed> results(plan.chains);
  TeamError error;
  Talk talk(network, plan);
  const auto threads = static_cast<int>(std::min<uint64_t>(plan.threads, plan.chains));
#pragma omp parallel for schedule(dynamic) num_threads(threads)
  for (uint64_t chain = 0; chain < plan.chains; ++chain)
    error.guard([&] { results[chain] = run_chain(network, start, plan, chain, talk, place); });
  error.rethrow();
  const auto best = std::min_element(results.begin(), results.end(),
                                     [](const Annealed& a, const Annealed& b) { return a.total < b.total; });
  for (auto other = results.begin(); other != results.end(); ++other)
    if (other != best) best->proposals += other->proposals, best->kept += other->kept;
  return std::move(*best);
}

}  // namespace sparsio
