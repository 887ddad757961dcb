// The instance bound on networks too large to solve. Asserts:
//   - no registered order under `min` reads or moves less;
//   - it proves most of what a full network has to read, and on a random one the figure that we claim;
//   - it never falls as memory shrinks, by more than the whole phases it counts in.
#include "bound/lower_instance.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/spec.hpp"
#include "gen/generator.hpp"
#include "io/policy.hpp"
#include "io/shared/tiny_networks_fixture.hpp"
#include "order/order_kind.hpp"
#include "run/theory.hpp"

namespace sparsio {
namespace {

Network generate(const std::string& spec) {
  const auto kind = resolve<NetworkKind>(spec, "");
  NetworkSource source = kind.kind().make(kind.params);
  return flatten(source);
}

TEST(LowerInstance, NoOrderMovesLess) {
  int compared = 0;
  for (const char* spec :
       {"mlp:widths=60x4,density=0.2", "mlp:widths=80-20-80,density=0.6", "mlp:widths=40x3,density=1",
        "compact_growth:in_degree=8,steps=100,memory=20", "radix_net:neurons=256,layers=3"}) {
    const Network network = generate(spec);
    std::optional<PairChains> kept;
    for (const uint64_t memory : {5, 20, 50}) {
      const InstanceBound bound = lower_instance(network, memory, kept);
      for (const auto& entry : Registry<OrderKind>::instance().entries()) {
        Order order;
        try {
          order = entry.kind.make(network, memory, quick_params(entry.kind.options, entry.name));
        } catch (const Unsupported&) {
          continue;
        }
        ++compared;
        const auto& min = Registry<PolicyKind>::instance().find("min", "").kind;
        const IoCount count = min.simulate(network, steps(network, order), memory);
        EXPECT_LE(bound.reads, count.value_reads + network.connections()) << spec << ' ' << memory << entry.name;
        EXPECT_LE(bound.writes, count.value_writes) << spec << ' ' << memory << entry.name;
      }
    }
  }
  EXPECT_GE(compared, 45);
}

TEST(LowerInstance, ProvesWhatWeClaim) {
  const Network random = generate("mlp:widths=500x5,density=0.1");
  EXPECT_GE(lower_instance(random, 100).reads, bounds(random.facts()).lower_reads + 2700);
  const Network full = generate("mlp:widths=200x3,density=1");
  const Theory theory = theory_of(full, make_schedule(full, "blocks", 50, "", lower_instance(full, 50)),
                                  Registry<PolicyKind>::instance().find("min", "").kind, 50, CostUnit::words, 1, {});
  EXPECT_GE(theory.certified_gap, 1);
  EXPECT_LE(theory.certified_gap, 2);
}

TEST(LowerInstance, MoreMemoryProvesLess) {
  const Network network = generate("mlp:widths=100x3,density=0.5");
  uint64_t before = UINT64_MAX;
  std::optional<PairChains> kept;
  for (const uint64_t memory : {3, 6, 12, 25, 50, 100, 200}) {
    const uint64_t now = lower_instance(network, memory, kept).reads;
    EXPECT_LE(now, before) << memory;
    before = now;
  }
  EXPECT_EQ(lower_instance(network, 12).reads, lower_instance(network, 12, kept).reads);
  EXPECT_EQ(lower_instance(network, network.neurons() + 1).total(), bounds(network.facts()).lower());
}

}  // namespace
}  // namespace sparsio
