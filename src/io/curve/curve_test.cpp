// Miss curves against the simulation (io/MODEL.md, 7.6). They assert, for every policy that has a curve:
//   - reads and writes equal the simulation's for every memory from 3 to beyond all neurons, over random networks in
//     random orders and in every registered order;
//   - the same on networks deep enough to make the stacks move together and to use several levels of blocks;
//   - the curve ends at max_live + 1, where nothing moves twice, and never rises with the memory in reads.
#include <gtest/gtest.h>

#include "base/spec.hpp"
#include "bound/shared/bounds.hpp"
#include "gen/generator.hpp"
#include "io/policy.hpp"
#include "io/shared/tiny_networks_fixture.hpp"
#include "order/order_kind.hpp"

namespace sparsio {
namespace {

using PolicyEntry = Registry<PolicyKind>::Entry;

void expect_same(const PolicyEntry& policy, const Network& network, const std::vector<Step>& sequence, uint64_t stride,
                 const std::string& where) {
  const MissCurve curve = policy.kind.curve(network, sequence);
  ASSERT_EQ(curve.perfect_memory(), max_live(network.neurons(), sequence) + 1) << policy.name << ' ' << where;
  const uint64_t last = curve.perfect_memory() + 3;
  for (uint64_t memory = 3; memory <= last; memory += memory < 8 || memory + 8 > last ? 1 : stride) {
    ASSERT_EQ(curve.at(memory), policy.kind.simulate(network, sequence, memory))
        << policy.name << ' ' << where << " memory " << memory;
    ASSERT_LE(curve.at(memory).value_reads, curve.at(std::max<uint64_t>(3, memory - 1)).value_reads);
  }
  const IoCount& best = curve.at(network.neurons() + uint64_t{2});
  ASSERT_EQ(best.value_reads + best.value_writes + network.connections(), bounds(network.facts()).lower());
}

std::vector<PolicyEntry> with_a_curve() {
  std::vector<PolicyEntry> found;
  for (const auto& policy : Registry<PolicyKind>::instance().entries())
    if (policy.kind.curve != nullptr) found.push_back(policy);
  return found;
}

TEST(Curve, LruAndMinHaveOneAndRoundRobinHasNone) {
  std::vector<std::string> names;
  for (const auto& policy : with_a_curve()) names.push_back(policy.name);
  EXPECT_EQ(names, (std::vector<std::string>{"lru", "min"}));
}

TEST(Curve, EqualsTheSimulationForEveryMemoryInRandomOrders) {
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    const Network network = random_dag(seed, seed % 10 == 0 ? 60 : 14);
    const std::vector<Step> sequence = steps(network, random_order(network, seed));
    for (const auto& policy : with_a_curve()) {
      expect_same(policy, network, sequence, 1, "seed " + std::to_string(seed));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Curve, EqualsTheSimulationForEveryMemoryInEveryOrder) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Network network = random_dag(seed, 25);
    for (const auto& entry : Registry<OrderKind>::instance().entries()) {
      std::vector<Step> sequence;
      try {
        sequence = steps(network, entry.kind.make(network, 3 + seed % 9, quick_params(entry.kind.options, entry.name)));
      } catch (const Unsupported&) {  // `exact` takes tiny networks only
        continue;
      }
      for (const auto& policy : with_a_curve()) {
        expect_same(policy, network, sequence, 1, entry.name + " seed " + std::to_string(seed));
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(Curve, EqualsTheSimulationOnDeepStacks) {
  for (const std::string spec :
       {"mlp:widths=700x3,density=0.02", "mlp:widths=2-300-3-300-5,density=0.5", "radix_net:neurons=1024,layers=2",
        "compact_growth:in_degree=5,steps=3000,memory=600"}) {
    const auto kind = resolve<NetworkKind>(spec, "");
    NetworkSource source = kind.kind().make(kind.params);
    const Network network = flatten(source);
    for (const std::string order : {"by_target", "by_source"}) {
      const auto made = resolve<OrderKind>(order, "");
      const std::vector<Step> sequence = steps(network, made.kind().make(network, 100, made.params));
      for (const auto& policy : with_a_curve()) {
        expect_same(policy, network, sequence, 37, spec + ' ' + order);
        if (HasFatalFailure()) return;
      }
    }
    const std::vector<Step> sequence = steps(network, random_order(network, 1));
    for (const auto& policy : with_a_curve()) {
      expect_same(policy, network, sequence, 97, spec + " random");
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace sparsio
