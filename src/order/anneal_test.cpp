// Annealing against what it promises. It asserts:
//   - every move drawn is a permutation of a window and leaves the order valid, and all four kinds do change orders;
//   - the best order so far is the one that was best, whatever came after, against a copy made each time;
//   - the annealed order is valid, its total is what the full simulation says, and never above the start's;
//   - the same plan gives the same bits on 1 and on 3 threads, another seed another order;
//   - it stops at the lower bound, and finds it where it is easy.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "io/policy.hpp"
#include "net/valid_order_fixture.hpp"
#include "order/anneal/annealing.hpp"
#include "order/anneal/best_so_far.hpp"
#include "order/anneal/moves.hpp"
#include "order/order_kind.hpp"

namespace sparsio {
namespace {

/// Layers of `width`, each pair of neighbouring layers connected with probability `density`.
Network layers(uint64_t seed, uint32_t width, uint32_t count, double density) {
  RandomStream random(seed, 5);
  std::vector<Connection> connections{{0, width, 1.0F}};
  for (uint32_t layer = 1; layer < count; ++layer)
    for (uint32_t v = layer * width; v < (layer + 1) * width; ++v)
      for (uint32_t u = (layer - 1) * width; u < layer * width; ++u)
        if (u + v > width && random.uniform() < density) connections.push_back({u, v, 1.0F});
  return Network(width * count, std::move(connections), std::vector<float>(width * count, 0.0F), Activation::relu,
                 "layers");
}

uint64_t total(const Network& network, const Order& order, const AnnealingPlan& plan) {
  const PolicyKind& policy = Registry<PolicyKind>::instance().find(plan.policy, "test").kind;
  const IoCount count = policy.simulate(network, steps(network, order), plan.memory);
  return count.value_reads + count.value_writes;
}

TEST(Moves, KeepTheOrderValid) {
  uint64_t changed = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const Network network = layers(seed, 3 + seed % 7, 4, 0.2 + 0.01 * static_cast<double>(seed));
    std::vector<uint32_t> connection(network.connections());
    std::iota(connection.begin(), connection.end(), 0U);
    Mover mover(network.neurons(), 1 + seed % 40);
    RandomStream random(seed, 6);
    for (int k = 0; k < 200; ++k) {
      const std::vector<Step> now = steps(network, Order(connection));
      const Move& move = mover.draw(now, random);
      if (move.from.empty()) continue;
      ++changed;
      const std::vector<uint32_t> before = connection;
      ASSERT_LE(move.begin + move.from.size(), before.size());
      for (size_t i = 0; i < move.from.size(); ++i) connection[move.begin + i] = before[move.from[i]];
      ASSERT_NE(connection, before);
      ASSERT_TRUE(is_valid(network, Order(connection))) << "seed " << seed << " draw " << k;
    }
  }
  EXPECT_GT(changed, 3000U);
}

TEST(BestSoFar, IsTheOneThatWasBest) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    RandomStream random(seed, 8);
    std::vector<uint32_t> now(2 + random.below(30));
    std::iota(now.begin(), now.end(), 0U);
    std::vector<uint32_t> copy = now;
    uint64_t least = 1000;
    BestSoFar best(least);
    for (int k = 0; k < 100; ++k) {
      const uint64_t size = 1 + random.below(now.size());
      const uint64_t begin = random.below(now.size() - size + 1);
      const auto at = now.begin() + static_cast<int64_t>(begin);
      const std::vector<uint32_t> before(at, at + static_cast<int64_t>(size));
      std::rotate(at, at + static_cast<int64_t>(random.below(size)), at + static_cast<int64_t>(size));
      const uint64_t now_total = 900 + random.below(100);
      if (now_total < least) {
        least = now_total;
        copy = now;
      }
      best.changed(now, begin, before, now_total);
      ASSERT_EQ(best.total(), least);
      ASSERT_EQ(best.at_best(now), copy) << "seed " << seed << " change " << k;
    }
  }
}

TEST(Annealing, IsValidAndCountsRightAndNeverWorse) {
  for (const char* policy : {"lru", "rr", "min"}) {
    for (uint64_t seed = 0; seed < 12; ++seed) {
      const Network network = layers(seed, 12, 4, 0.3);
      AnnealingPlan plan;
      plan.policy = policy;
      plan.memory = 4 + seed;
      plan.proposals = 1000;
      plan.seed = seed;
      plan.window = 20;
      const Annealed result = anneal(network, Order(), plan, "test");
      ASSERT_TRUE(is_valid(network, Order(result.connection)));
      EXPECT_EQ(result.start, total(network, Order(), plan));
      EXPECT_EQ(result.total, total(network, Order(result.connection), plan)) << policy << " seed " << seed;
      EXPECT_LT(result.total, result.start) << policy << " seed " << seed;
      EXPECT_LE(result.kept, result.proposals);
    }
  }
}

/// Errors that need a rare coincidence of kept changes show after very many of them, in the total.
TEST(Annealing, CountsRightAfterALongWalk) {
  struct Walk {
    const char* policy;
    uint64_t proposals;
  };
  for (const auto& [policy, proposals] : {Walk{"lru", 20000}, Walk{"rr", 2000}, Walk{"min", 4000}}) {
    for (uint64_t seed = 0; seed < 8; ++seed) {
      const Network network = layers(seed, 40, 3, seed % 2 == 0 ? 0.7 : 1.0);
      AnnealingPlan plan;
      plan.policy = policy;
      plan.memory = seed % 4 < 2 ? 40 : 10;
      plan.proposals = proposals;
      plan.window = 100;
      plan.hot = plan.cold = 0.3;
      const OrderKind& blocks = Registry<OrderKind>::instance().find("blocks", "test").kind;
      const Order start = blocks.make(network, plan.memory, Params(blocks.options, {}, "test"));
      const Annealed result = anneal(network, start, plan, "test");
      ASSERT_EQ(result.total, total(network, Order(result.connection), plan)) << policy << " seed " << seed;
    }
  }
}

TEST(Annealing, SameSeedSameBitsOnAnyNumberOfThreads) {
  const Network network = layers(3, 14, 4, 0.3);
  AnnealingPlan plan;
  plan.memory = 9;
  plan.proposals = 3000;
  plan.chains = 5;
  const Annealed one = anneal(network, Order(), plan, "test");
  plan.threads = 3;
  const Annealed three = anneal(network, Order(), plan, "test");
  EXPECT_EQ(one.connection, three.connection);
  EXPECT_EQ(one.proposals, 5 * 3000U);
  plan.seed = 1;
  EXPECT_NE(anneal(network, Order(), plan, "test").connection, one.connection);
  plan.seed = 0;
  plan.chains = 1;
  EXPECT_GE(anneal(network, Order(), plan, "test").total, one.total);
}

TEST(Annealing, StopsAtTheLowerBound) {
  // Two pairs of targets with equal sources, interleaved: by_target loads every source again and again.
  std::vector<Connection> connections;
  for (uint32_t v = 6; v < 10; ++v)
    for (uint32_t u = 0; u < 3; ++u) connections.push_back({u + 3 * (v % 2), v, 1.0F});
  const Network network(10, connections, std::vector<float>(10, 0.0F), Activation::relu, "twins");
  AnnealingPlan plan;
  plan.memory = 5;
  plan.proposals = 1000000;
  const Annealed result = anneal(network, Order(), plan, "test");
  EXPECT_GT(result.start, 14U);
  EXPECT_EQ(result.total, 14U);
  EXPECT_LT(result.proposals, 1000000U);
}

TEST(Annealing, OptionsAreChecked) {
  const OrderKind& kind = Registry<OrderKind>::instance().find("anneal", "test").kind;
  const Network network = layers(1, 5, 3, 0.5);
  const auto make = [&](const std::vector<NamedText>& given) {
    return kind.make(network, 6, Params(kind.options, given, "anneal"));
  };
  EXPECT_TRUE(is_valid(network, make({{"from", "blocks"}, {"policy", "min"}})));
  EXPECT_THROW(make({{"from", "anneal"}}), BadInput);
  EXPECT_THROW(make({{"from", "block"}}), BadInput);
  EXPECT_THROW(make({{"policy", "fifo"}}), BadInput);
  EXPECT_THROW(make({{"hot", "1"}, {"cold", "2"}}), BadInput);
  EXPECT_THROW(make({{"window", "0"}}), BadInput);
}

}  // namespace
}  // namespace sparsio
