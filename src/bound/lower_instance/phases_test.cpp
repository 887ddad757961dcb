// The argument of phases.hpp, step by step, on networks small enough. Asserts:
//   - most_in_phase() is not below the best found by trying every neuron as left out, target, source or both;
//   - cut after every R reads (the first phase M - 1 reads later), no phase of an optimal schedule processes more;
//   - no neuron serves twice in two phases.
#include "bound/lower_instance/phases.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "io/shared/tiny_networks_fixture.hpp"
#include "order/exact/exact_schedule.hpp"

namespace sparsio {
namespace {

/// Connections among `parts` of the neurons, less the price of those that are both.
double worth(const std::vector<Step>& connections, const std::vector<int>& part, double price) {
  double result = 0;
  for (const Step& s : connections) result += (part[s.source] & 2) != 0 && (part[s.target] & 1) != 0 ? 1 : 0;
  for (const int p : part) result -= p == 3 ? price : 0;
  return result;
}

/// For each number of neurons the best by trial: 4^neurons trials.
std::vector<double> best_by_trial(const Network& network, double price) {
  std::vector<double> best(network.neurons() + size_t{1}, 0.0);
  std::vector<int> part(network.neurons());
  const std::vector<Step> connections = steps(network, Order());
  for (uint64_t trial = 0; trial < uint64_t{1} << (2 * network.neurons()); ++trial) {
    for (uint32_t v = 0; v < network.neurons(); ++v) part[v] = static_cast<int>(trial >> (2 * v) & 3);
    const auto taken = static_cast<size_t>(std::count_if(part.begin(), part.end(), [](int p) { return p != 0; }));
    best[taken] = std::max(best[taken], worth(connections, part, price));
  }
  for (size_t n = 1; n < best.size(); ++n) best[n] = std::max(best[n], best[n - 1]);
  return best;
}

TEST(Phases, NoChoiceOfNeuronsIsWorthMore) {
  uint64_t met = 0;
  uint64_t compared = 0;
  const auto check = [&](const Network& network) {
    const PairChain chain = pair_chains(network).all.front();
    for (const double price : {0.0, 1.0, 2.5}) {
      const std::vector<double> best = best_by_trial(network, price);
      for (uint64_t n = 1; n < best.size(); ++n) {
        ASSERT_GE(most_in_phase(chain, n, price), best[n]) << n << " of " << network.neurons() << ", " << price;
        met += most_in_phase(chain, n, price) == best[n] ? 1 : 0;
        ++compared;
      }
    }
  };
  for (uint64_t seed = 0; seed < 40; ++seed) {
    ASSERT_NO_FATAL_FAILURE(check(random_dag(seed, 6)));
    const Network layers = random_layers(seed);
    if (layers.neurons() > 7) continue;
    ASSERT_NO_FATAL_FAILURE(check(layers));
  }
  EXPECT_GT(met, compared / 2);  // and it is often exactly that
}

TEST(Phases, OptimalSchedulesKeepToThem) {
  uint64_t cut = 0;
  uint64_t weighted = 0;
  const auto check = [&](const Network& network, uint64_t memory) {
    ExactSchedule exact;
    try {
      exact = exact_schedule(network, memory, 2000);
    } catch (const Unsupported&) {
      return;
    }
    const std::vector<Step> sequence = steps(network, exact.order);
    const std::vector<PairChain> chains = pair_chains(network).all;
    const PairChain& chain = chains.front();
    const uint64_t slots = memory - 1;
    for (const uint64_t length : {1, 2, 4}) {
      std::vector<std::vector<int>> roles(2 + exact.loads.size() / length, std::vector<int>(network.neurons(), 0));
      std::vector<uint64_t> processed(roles.size(), 0);
      for (uint64_t k = 0, reads = 0; k < sequence.size(); ++k) {
        while (reads < exact.loads.size() && exact.loads[reads].step <= k) ++reads;
        const uint64_t phase = reads <= slots + length ? 0 : (reads - slots - 1) / length;
        ++processed[phase];
        roles[phase][sequence[k].source] |= 2;
        roles[phase][sequence[k].target] |= 1;
      }
      uint64_t twice = 0;
      for (size_t phase = 0; phase < roles.size(); ++phase) {
        const auto both = static_cast<uint64_t>(std::count(roles[phase].begin(), roles[phase].end(), 3));
        twice += both;
        for (const double price : {0.0, 1.0, 4.0})
          ASSERT_LE(static_cast<double>(processed[phase]) - price * static_cast<double>(both),
                    most_in_phase(chain, slots + length, price));
        cut += processed[phase] > 0 ? 1 : 0;
      }
      ASSERT_LE(twice, chain.serving_twice);
    }
    ASSERT_LE(phase_reads(chains, slots), exact.value_reads);
    for (const PairChain& one : chains) ASSERT_LE(phase_reads(std::span(&one, 1), slots), exact.value_reads);
    weighted += chains.size() - 1;
  };
  for (uint64_t seed = 0; seed < 300; ++seed)
    for (const uint64_t memory : {3, 4, 5}) {
      ASSERT_NO_FATAL_FAILURE(check(random_dag(seed, 7), memory)) << seed << " memory " << memory;
      ASSERT_NO_FATAL_FAILURE(check(random_layers(seed), memory)) << seed << " memory " << memory;
    }
  EXPECT_GT(cut, 5000U);
  EXPECT_GT(weighted, 500U);
}

}  // namespace
}  // namespace sparsio
