// The reads of a source, given the stays of its targets, against a count by hand; and the search that relies on them.
#include "order/stays/intervals.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"
#include "order/shared/random_layers_fixture.hpp"
#include "order/shared/stream.hpp"
#include "order/stays/interval_search.hpp"

namespace sparsio {
namespace {

using Stay = IntervalPlan::Stay;

/// The fewest stages that together hit all stays, one after the other.
uint32_t piercing_number(std::vector<Stay> stays) {
  uint32_t reads = 0;
  for (; !stays.empty(); ++reads) {
    int at = INT16_MAX;
    for (const Stay& stay : stays) at = std::min<int>(at, stay.last);
    std::erase_if(stays, [at](const Stay& stay) { return stay.first <= at; });
  }
  return reads;
}

/// Stays of the targets of u to which it does not give for nothing when it leaves.
std::vector<Stay> to_hit(const Adjacency& adjacency, const IntervalPlan& plan, uint32_t u) {
  std::vector<Stay> stays;
  for (const uint32_t k : adjacency.out(u)) {
    const Stay stay = plan.stay(adjacency.target[k]);
    if (!plan.is_target(u) || stay.first > plan.stay(u).last + 1) stays.push_back(stay);
  }
  return stays;
}

TEST(IntervalPlan, KnowsTheStaysForWhichAloneThereIsARead) {
  for (uint64_t seed = 1; seed < 9; ++seed) {
    const Network network = layers(40, 3, 0.2, seed);
    const Adjacency adjacency(network);
    const IntervalPlan plan(network, adjacency, stream(network, adjacency, 6 + seed), 6 + seed);
    for (uint32_t u = 0; u < network.neurons(); ++u) {
      const std::vector<Stay> stays = to_hit(adjacency, plan, u);
      const IntervalPlan::Reads reads = plan.reads(u);
      ASSERT_EQ(reads.count, piercing_number(stays));
      if (reads.count > IntervalPlan::lanes) continue;
      for (uint32_t i = 0; i < reads.count; ++i) {
        std::vector<Stay> others = stays;
        std::erase_if(others, [&](Stay stay) { return stay.first > reads.after[i] && stay.last < reads.before[i]; });
        EXPECT_EQ(stays.size() - others.size(), static_cast<size_t>(reads.only[i]));
        EXPECT_EQ(piercing_number(others), reads.count - 1);
        // One of them is enough to need the read, wherever the others went.
        for (const Stay& stay : stays) {
          if (stay.first <= reads.after[i] || stay.last >= reads.before[i]) continue;
          others.push_back(stay);
          EXPECT_EQ(piercing_number(others), reads.count);
          others.pop_back();
        }
      }
    }
  }
}

TEST(IntervalPlan, TriesAChangeAndForgetsIt) {
  const Network network = layers(40, 3, 0.2, 1);
  const Adjacency adjacency(network);
  IntervalPlan plan(network, adjacency, stream(network, adjacency, 9), 9);
  RandomStream random(1, 0);
  for (int i = 0; i < 500; ++i) {
    const uint32_t v = plan.targets()[random.below(plan.targets().size())];
    const Stay before = plan.stay(v);
    const Stay after{static_cast<IntervalPlan::Stage>(random.below(static_cast<uint64_t>(before.last) + 1)),
                     before.last};
    const uint64_t k = network.in_begin()[v] + random.below(network.in_degree(v));
    const uint32_t u = network.source()[k];
    const uint32_t now = plan.reads(u).count;
    const uint32_t tried = plan.reads(u, plan.stay(u).last, std::array{IntervalPlan::Trial{k, after}}).count;
    EXPECT_EQ(plan.reads(u).count, now);
    plan.set(v, after);
    EXPECT_EQ(plan.reads(u).count, tried);
    plan.set(v, before);
  }
}

TEST(IntervalSearch, KeepsCount) {
  for (uint64_t seed = 1; seed < 9; ++seed) {
    const Network network = layers(50, 4, seed % 2 == 0 ? 0.4 : 0.1, seed);
    const Adjacency adjacency(network);
    IntervalPlan plan(network, adjacency, stream(network, adjacency, 4 + seed), 4 + seed);
    IntervalSearch search;
    search.proposals = 5000 * seed;
    search.seed = seed;
    const uint64_t counted = search_intervals(network, plan, search);
    uint64_t words = 0;
    for (uint32_t u = 0; u < network.neurons(); ++u) {
      const uint64_t reads = piercing_number(to_hit(adjacency, plan, u));
      words += reads + (reads > 0 && plan.is_target(u) ? 1 : 0);
    }
    EXPECT_EQ(counted, words) << seed;
  }
}

}  // namespace
}  // namespace sparsio
