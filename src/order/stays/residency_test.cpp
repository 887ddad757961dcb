// The plan of who is in fast memory when, against a count by hand, and against the simulation of the order it gives.
#include "order/stays/residency.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/random.hpp"
#include "io/policy.hpp"
#include "net/valid_order_fixture.hpp"
#include "order/shared/random_layers_fixture.hpp"
#include "order/shared/stream.hpp"
#include "order/stays/residency_search.hpp"

namespace sparsio {
namespace {

using Stay = ResidencyPlan::Stay;
constexpr double lingering = 1.0 / 16;

ResidencyPlan plan_of(const Network& network, const Adjacency& adjacency, uint64_t size) {
  return ResidencyPlan(network, adjacency, stream(network, adjacency, size), size, lingering);
}

/// The price of serving those of `stays` that begin after stage `after`, by visits of any begin and any length.
double cheapest_visits(const std::vector<Stay>& stays, int after, std::map<int, double>& known) {
  int end = INT16_MAX;
  int latest = -1;
  for (const Stay& stay : stays)
    if (stay.first > after) end = std::min<int>(end, stay.last), latest = std::max<int>(latest, stay.first);
  if (latest < 0) return 0;
  if (known.contains(after)) return known[after];
  double least = 1e9;
  for (int from = 0; from <= end; ++from)
    for (int to = from; to <= std::max(from, latest); ++to)
      if (to > after) least = std::min(least, 1 + lingering * (to - from) + cheapest_visits(stays, to, known));
  return known[after] = least;
}

double cheapest(const Network& network, const Adjacency& adjacency, const ResidencyPlan& plan) {
  double price = 0;
  for (uint32_t u = 0; u < network.neurons(); ++u) {
    std::map<int, double> known;
    std::vector<Stay> open;
    for (const uint32_t k : adjacency.out(u)) open.push_back(plan.stay(adjacency.target[k]));
    if (network.in_degree(u) == 0) {
      price += cheapest_visits(open, -1, known);
      continue;
    }
    // Complete at its stay's end: it may linger, for nothing but its place, until all are served or it is written.
    double least = 1e9;
    for (int to = plan.stay(u).last; to < plan.stages(); ++to) {
      double later = cheapest_visits(open, to, known);
      if (later > 0) later += 1;
      least = std::min(least, lingering * (to - plan.stay(u).last) + later);
    }
    price += least;
  }
  return price;
}

double planned(const ResidencyPlan& plan) {
  return static_cast<double>(plan.words()) + lingering * static_cast<double>(plan.lingers());
}

TEST(ResidencyPlan, EverySourceIsServedAsCheaplyAsCanBe) {
  for (uint64_t seed = 1; seed < 9; ++seed) {
    const Network network = layers(12, 3, 0.2, seed);
    const Adjacency adjacency(network);
    const ResidencyPlan plan = plan_of(network, adjacency, 3 + seed % 3);
    EXPECT_NEAR(planned(plan), cheapest(network, adjacency, plan), 1e-6) << seed;
  }
}

TEST(ResidencyPlan, KeepsCountThroughASearch) {
  for (uint64_t seed = 1; seed < 6; ++seed) {
    const Network network = layers(12, 3, 0.2, seed);
    const Adjacency adjacency(network);
    ResidencyPlan plan = plan_of(network, adjacency, 4);
    ResidencySearch search;
    search.proposals = 3000;
    search.reach = 6;
    search_residency(plan, search);
    EXPECT_GE(planned(plan), cheapest(network, adjacency, plan) - 1e-6) << seed;
    std::vector<uint32_t> leaving(plan.targets());
    std::sort(leaving.begin(), leaving.end(),
              [&](uint32_t a, uint32_t b) { return plan.departure(a) < plan.departure(b); });
    EXPECT_EQ(leaving, plan.leaving());
    for (const uint32_t v : plan.targets())
      EXPECT_EQ(plan.stay(v).last, std::min<int>(static_cast<int>(plan.departure(v)), plan.stages() - 1));
  }
}

TEST(ResidencyPlan, WhatIsNotWorthItsPriceChangesNothing) {
  const Network network = layers(30, 4, 0.15, 1);
  const Adjacency adjacency(network);
  ResidencyPlan plan = plan_of(network, adjacency, 8);
  const auto sequence = [&] {
    const Order order = plan.order();
    std::vector<uint64_t> connections;
    for (uint64_t k = 0; k < network.connections(); ++k) connections.push_back(order.at(k));
    return connections;
  };
  const auto before = sequence();
  const uint64_t words = plan.words();
  const uint64_t overfull = plan.overfull();
  RandomStream random(1, 0);
  for (int i = 0; i < 2000; ++i) {
    const uint32_t a = plan.targets()[random.below(plan.targets().size())];
    const uint32_t b = plan.targets()[random.below(plan.targets().size())];
    if (a == b) continue;
    const std::array changes{ResidencyPlan::Change{a, plan.stay(a), plan.stay(b)},
                             ResidencyPlan::Change{b, plan.stay(b), plan.stay(a)}};
    EXPECT_FALSE(plan.attempt(changes, {0.05, -1e6}));
  }
  EXPECT_EQ(sequence(), before);
  EXPECT_EQ(plan.words(), words);
  EXPECT_EQ(plan.overfull(), overfull);
}

TEST(ResidencyPlan, APlanThatFitsIsAnOrderThatReadsNoMore) {
  uint32_t fit = 0;
  for (uint64_t seed = 1; seed < 9; ++seed) {
    const Network network = layers(60, 4, seed % 2 == 0 ? 0.04 : 0.06, seed);
    const Adjacency adjacency(network);
    const Order start = stream(network, adjacency, 14);
    ResidencyPlan plan(network, adjacency, start, 14, 0.06);
    ResidencySearch search;
    search.proposals = 30000;
    search.cramped = 100;
    search.reach = 20;
    search.seed = seed;
    search_residency(plan, search);
    const Order order = plan.order();
    ASSERT_TRUE(is_valid(network, order));
    EXPECT_LT(total_words(network, order, "min", 16), total_words(network, start, "min", 16)) << seed;
    if (plan.overfull() > 0) continue;
    ++fit;
    const auto& belady = Registry<PolicyKind>::instance().find("min", "test").kind;
    EXPECT_LE(belady.simulate(network, steps(network, order), 16).value_reads, plan.targets().size() + plan.reads());
  }
  EXPECT_GE(fit, 2U);
}

TEST(ResidencyPlan, AChainOfFedNeuronsLeavesOneByOne) {
  // No two of a path may leave together, not even at the end; nothing is ever read again.
  std::vector<Connection> connections;
  for (uint32_t v = 1; v < 20; ++v) connections.push_back({v - 1, v, 1.0F});
  const Network network(20, connections, std::vector<float>(20, 0.0F), Activation::relu, "path");
  const Adjacency adjacency(network);
  const ResidencyPlan plan(network, adjacency, Order(), 5, lingering);
  EXPECT_EQ(plan.stages(), 19);
  EXPECT_EQ(plan.words(), 1U);  // the input
}

}  // namespace
}  // namespace sparsio
