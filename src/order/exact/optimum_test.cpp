// Oracle 4: the exact optimum of tiny networks lies within the bounds, and no order with any policy is below it.
// The optimum is a shortest path over states (connections done, neurons held, neurons dirty) with every load and every
// eviction allowed: nothing here knows an order or a policy.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "bound/bound_kind.hpp"
#include "bound/lower_instance.hpp"
#include "io/policy.hpp"
#include "io/shared/tiny_networks_fixture.hpp"
#include "net/valid_order_fixture.hpp"
#include "order/exact/exact_schedule.hpp"
#include "order/order_kind.hpp"

namespace sparsio {
namespace {

class Optimum {
 public:
  Optimum(const Network& network, uint64_t memory)
      : network_(network), steps_(steps(network, Order())), slots_(memory - 1) {}

  /// Total words, weights included, by 0-1 breadth-first search.
  uint64_t total() {
    std::deque<std::pair<uint64_t, uint64_t>> queue{{0, 0}};  // state, cost
    cost_[0] = 0;
    while (!queue.empty()) {
      const uint64_t state = queue.front().first;
      const uint64_t cost = queue.front().second;
      queue.pop_front();
      if (cost > cost_[state]) continue;
      const uint64_t done = state & 0xFFFF;
      if (done == (uint64_t{1} << steps_.size()) - 1) return cost + steps_.size();
      const auto go = [&](uint64_t next, uint64_t step_cost) {
        const auto [at, fresh] = cost_.try_emplace(next, cost + step_cost);
        if (!fresh && at->second <= cost + step_cost) return;
        at->second = cost + step_cost;
        if (step_cost == 0)
          queue.emplace_front(next, cost);
        else
          queue.emplace_back(next, cost + step_cost);
      };
      expand(state, go);
    }
    return UINT64_MAX;
  }

 private:
  static uint64_t held_bit(uint32_t v) { return uint64_t{1} << (16 + v); }
  static uint64_t dirty_bit(uint32_t v) { return uint64_t{1} << (32 + v); }
  bool complete(uint64_t done, uint32_t v) const {
    for (uint64_t k = network_.in_begin()[v]; k < network_.in_begin()[v + 1]; ++k)
      if (!(done >> k & 1)) return false;
    return true;
  }
  bool dead(uint64_t done, uint32_t v) const {
    for (uint64_t k = 0; k < steps_.size(); ++k)
      if ((steps_[k].source == v || steps_[k].target == v) && !(done >> k & 1)) return false;
    return true;
  }

  template <class Go>
  void expand(uint64_t state, const Go& go) const {
    const uint64_t done = state & 0xFFFF;
    for (uint32_t v = 0; v < network_.neurons(); ++v) {
      if (state & held_bit(v)) {
        // Drop it; what changed and is needed again is written first.
        go(state & ~held_bit(v) & ~dirty_bit(v), state & dirty_bit(v) ? 1 : 0);
      } else if (!dead(done, v) && static_cast<uint64_t>(__builtin_popcountll(state >> 16 & 0xFFFF)) < slots_) {
        go(state | held_bit(v), 1);
      }
    }
    for (uint64_t k = 0; k < steps_.size(); ++k) {
      const auto [u, v] = steps_[k];
      if (done >> k & 1 || !(state & held_bit(u)) || !(state & held_bit(v)) || !complete(done, u)) continue;
      uint64_t next = (state | dirty_bit(v)) | uint64_t{1} << k;
      uint64_t cost = 0;
      for (const uint32_t x : {u, v}) {
        if (!dead(next & 0xFFFF, x)) continue;
        if (next & dirty_bit(x) && network_.is_output(x)) cost = 1;
        next &= ~held_bit(x) & ~dirty_bit(x);
      }
      go(next, cost);
    }
  }

  const Network& network_;
  std::vector<Step> steps_;
  uint64_t slots_;
  std::unordered_map<uint64_t, uint64_t> cost_;
};

/// Is every connected neuron reachable from every other, directions ignored? (The upper bound asks for it.)
bool is_connected(const Network& network) {
  std::vector<uint32_t> root(network.neurons());
  for (uint32_t v = 0; v < root.size(); ++v) root[v] = v;
  const auto find = [&](uint32_t v) {
    while (root[v] != v) v = root[v];
    return v;
  };
  for (const Step& s : steps(network, Order())) root[find(s.source)] = find(s.target);
  uint32_t roots = 0;
  for (uint32_t v = 0; v < root.size(); ++v)
    if (network.in_degree(v) + network.out_degree()[v] > 0 && root[v] == v) ++roots;
  return roots == 1;
}

/// Every registered bound is on its side of the optimum; the upper ones speak of connected networks.
void bounds_bracket(const Network& network, uint64_t memory, uint64_t best) {
  const bool connected = is_connected(network);
  for (const auto& bound : Registry<BoundKind>::instance().entries()) {
    const uint64_t words = bound.kind.total(network, memory);
    if (bound.kind.side == BoundKind::Side::lower) {
      ASSERT_LE(words, best) << bound.name << " memory " << memory;
    } else if (connected) {
      ASSERT_GE(words, best) << bound.name << " memory " << memory;
    }
  }
}

/// No registered order is below the optimum under any registered policy. Returns how many schedules there were.
uint64_t no_schedule_is_below(const Network& network, uint64_t memory, uint64_t best) {
  uint64_t schedules = 0;
  for (const auto& order : Registry<OrderKind>::instance().entries()) {
    std::vector<Step> sequence;
    try {
      sequence = steps(network, order.kind.make(network, memory, quick_params(order.kind.options, order.name)));
    } catch (const Unsupported&) {
      continue;
    }
    for (const auto& policy : Registry<PolicyKind>::instance().entries()) {
      const IoCount count = policy.kind.simulate(network, sequence, memory);
      EXPECT_GE(count.value_reads + count.value_writes + network.connections(), best)
          << order.name << ' ' << policy.name << " memory " << memory;
      ++schedules;
    }
  }
  return schedules;
}

TEST(Optimum, LiesWithinTheBoundsAndBelowEverySchedule) {
  int checked = 0;
  for (uint64_t seed = 0; checked < 150; ++seed) {
    const Network network = random_dag(seed, 6);
    if (network.connections() > 8) continue;
    ++checked;
    SCOPED_TRACE(seed);
    for (const uint64_t memory : {3, 4, 5}) {
      const uint64_t best = Optimum(network, memory).total();
      ASSERT_NO_FATAL_FAILURE(bounds_bracket(network, memory, best));
      ASSERT_GE(no_schedule_is_below(network, memory, best), 30U);
      const ExactSchedule exact = exact_schedule(network, memory, 1 << 20);
      ASSERT_EQ(exact.value_reads + exact.value_writes + network.connections(), best) << "memory " << memory;
      for (uint64_t s = 0; s < 10; ++s)
        for (const auto& policy : Registry<PolicyKind>::instance().entries()) {
          const IoCount count = policy.kind.simulate(network, steps(network, random_order(network, s)), memory);
          ASSERT_GE(count.value_reads + count.value_writes + network.connections(), best) << policy.name;
        }
    }
  }
}

/// Runs a schedule as the model reads, with a list of what is held. Asserts:
///   - the order is valid, never more than M - 1 neurons are held, the two ends of every step are among them;
///   - the words that move are those the schedule claims, and every output is written.
void replay(const Network& network, uint64_t memory, const ExactSchedule& schedule) {
  ASSERT_TRUE(is_valid(network, schedule.order));
  const std::vector<Step> sequence = steps(network, schedule.order);
  std::vector<uint32_t> uses(network.neurons(), 0);
  for (const Step& s : sequence) ++uses[s.source], ++uses[s.target];
  std::vector<bool> held(network.neurons(), false);
  std::vector<bool> dirty(network.neurons(), false);
  uint64_t reads = 0;
  uint64_t writes = 0;
  size_t next = 0;
  for (size_t k = 0; k < sequence.size(); ++k) {
    for (; next < schedule.loads.size() && schedule.loads[next].step == k; ++next) {
      const ScheduledLoad& load = schedule.loads[next];
      if (load.evicted != ScheduledLoad::no_eviction) {
        ASSERT_TRUE(held[load.evicted]);
        writes += dirty[load.evicted];
        held[load.evicted] = dirty[load.evicted] = false;
      }
      ASSERT_FALSE(held[load.neuron]);
      held[load.neuron] = true;
      ++reads;
      ASSERT_LE(static_cast<uint64_t>(std::count(held.begin(), held.end(), true)), memory - 1);
    }
    const auto [u, v] = sequence[k];
    ASSERT_TRUE(held[u] && held[v]);
    dirty[v] = true;
    for (const uint32_t x : {u, v}) {
      if (--uses[x] > 0) continue;
      if (network.is_output(x)) writes += dirty[x];
      held[x] = false;
    }
  }
  ASSERT_EQ(next, schedule.loads.size());
  ASSERT_EQ(reads, schedule.value_reads);
  ASSERT_EQ(writes, schedule.value_writes);
}

/// On thousands of networks: the exact schedule runs as it says, every bound is on its side of it, and no order with
/// any policy is below it.
TEST(Optimum, ExactSchedulesDoWhatTheyClaimAndNothingIsBelowThem) {
  uint64_t solved = 0;
  uint64_t schedules = 0;
  uint64_t raised = 0;  // bounds that say more than W + N + S
  uint64_t gave_up = 0;
  const auto check = [&](const Network& network, uint64_t seed) {
    for (const uint64_t memory : {3, 4, 5, 6}) {
      if (memory > network.facts().neurons + 1) continue;
      ExactSchedule exact;
      try {
        exact = exact_schedule(network, memory, 3000);
      } catch (const Unsupported&) {
        ++gave_up;
        continue;
      }
      ++solved;
      ASSERT_NO_FATAL_FAILURE(replay(network, memory, exact)) << seed << " memory " << memory;
      const uint64_t best = exact.value_reads + exact.value_writes + network.connections();
      ASSERT_NO_FATAL_FAILURE(bounds_bracket(network, memory, best)) << seed;
      if (seed % 4 == memory % 4) schedules += no_schedule_is_below(network, memory, best);
      const InstanceBound bound = lower_instance(network, memory);
      ASSERT_LE(bound.reads, exact.value_reads + network.connections()) << seed << " memory " << memory;
      const Bounds plain = bounds(network.facts());
      ASSERT_GE(bound.reads, plain.lower_reads);
      ASSERT_GE(bound.writes, plain.lower_writes);
      raised += bound.total() > plain.lower() ? 1 : 0;
    }
  };
  for (uint64_t seed = 0; seed < 1000; ++seed) ASSERT_NO_FATAL_FAILURE(check(random_dag(seed, 7), seed));
  for (uint64_t seed = 0; seed < 1000; ++seed) ASSERT_NO_FATAL_FAILURE(check(random_layers(seed), seed));
  EXPECT_GT(solved, 4000U);
  EXPECT_GT(schedules, 30000U);
  EXPECT_GT(raised, 1000U);
  EXPECT_LT(gave_up, solved / 10);
}

TEST(Optimum, ExactFindsTheLeastOfLayeredNetworksToo) {
  int checked = 0;
  for (uint64_t seed = 0; checked < 150; ++seed) {
    const Network network = random_layers(seed);
    if (network.connections() > 9 || network.neurons() > 9) continue;
    ++checked;
    for (const uint64_t memory : {3, 4, 5}) {
      const ExactSchedule exact = exact_schedule(network, memory, 1 << 20);
      ASSERT_EQ(exact.value_reads + exact.value_writes + network.connections(), Optimum(network, memory).total())
          << seed << " memory " << memory;
    }
  }
}

TEST(Optimum, ExactRefusesWhatIsTooLarge) {
  std::vector<Connection> connections;
  for (uint32_t u = 0; u < 9; ++u)
    for (uint32_t v = 9; v < 18; ++v) connections.push_back({u, v, 1.0F});
  const std::vector<float> bias(18, 0.0F);
  EXPECT_THROW(exact_schedule(Network(18, connections, bias, Activation::relu, "81"), 5, 1000), Unsupported);
  connections.resize(40);
  EXPECT_THROW(exact_schedule(Network(18, connections, bias, Activation::relu, "40"), 5, 10), Unsupported);
}

}  // namespace
}  // namespace sparsio
