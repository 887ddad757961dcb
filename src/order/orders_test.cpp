// What is specific to each order; that every one of them is valid on every DAG is proved over the registry in run/.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"
#include "base/spec.hpp"
#include "io/policy.hpp"
#include "net/valid_order_fixture.hpp"
#include "order/order_kind.hpp"
#include "order/shared/random_layers_fixture.hpp"
#include "order/shared/stream.hpp"
#include "order/shared/target_search.hpp"
#include "order/stays/interval_search.hpp"

namespace sparsio {
namespace {

Order make(const Network& network, const std::string& spec, uint64_t memory) {
  const auto order = resolve<OrderKind>(spec, "test");
  return order.kind().make(network, memory, order.params);
}

uint64_t words(const Network& network, const std::string& spec, uint64_t memory) {
  return total_words(network, make(network, spec, memory), "min", memory);
}

std::vector<uint32_t> completion(const Network& network, const Order& order) {
  std::vector<uint64_t> missing = network.in_degrees();
  std::vector<uint32_t> targets;
  for (const Step& step : steps(network, order))
    if (--missing[step.target] == 0) targets.push_back(step.target);
  return targets;
}

TEST(Blocks, TheModelChoosesASizeNoWorseThanAnyItCouldTry) {
  const Network network = layers(60, 4, 0.2, 1);
  const uint64_t chosen = words(network, "blocks", 20);
  for (const std::string size : {"1", "2", "9", "18"}) EXPECT_LE(chosen, words(network, "blocks:size=" + size, 20));
}

TEST(Blocks, ASizeIsMeantAsItIsSaid) {
  const Network network = layers(12, 2, 1.0, 1);
  const std::vector<Step> sequence = steps(network, make(network, "blocks:size=4", 20));
  for (size_t k = 0; k < sequence.size(); ++k) {
    EXPECT_EQ(sequence[k].source, k / 4 % 12);
    EXPECT_EQ(sequence[k].target, 12 + k / 48 * 4 + k % 4);
  }
}

TEST(Window, FullyConnectedLayersReadSourcesOnceAWindow) {
  // 24 targets, 8 at a time: three rounds over 24 sources less the sources that serve the next round at hand.
  const Network network = layers(24, 2, 1.0, 1);
  EXPECT_LE(words(network, "window:size=8", 10), 24U * 24 + 3 * 24 + 24 + 24);
  EXPECT_LT(words(network, "window:size=8", 10), words(network, "by_target", 10));
}

TEST(Window, BeatsBlocksOfItsSizeOnRandomLayers) {
  for (uint64_t seed = 1; seed < 6; ++seed) {
    const Network network = layers(200, 4, 0.15, seed);
    EXPECT_LT(words(network, "window:size=30", 32), words(network, "blocks:size=30", 32)) << seed;
  }
}

TEST(Greedy, FollowsWhatIsResidentThroughTheLayers) {
  // Ten chains of stars: each target of a chain needs the one before it and two inputs of its own.
  std::vector<Connection> connections;
  constexpr uint32_t chains = 10;
  const auto target = [](uint32_t depth, uint32_t chain) { return 400 + depth * chains + chain; };
  for (uint32_t depth = 0; depth < 20; ++depth)
    for (uint32_t chain = 0; chain < chains; ++chain) {
      connections.push_back({2 * (depth * chains + chain), target(depth, chain), 1.0F});
      connections.push_back({2 * (depth * chains + chain) + 1, target(depth, chain), 1.0F});
      if (depth > 0) connections.push_back({target(depth - 1, chain), target(depth, chain), 1.0F});
    }
  const Network network(600, connections, std::vector<float>(600, 0.0F), Activation::relu, "chains");
  const uint64_t lower = 600 + network.connections() + chains;
  for (const std::string order : {"greedy", "depth_first"}) EXPECT_EQ(words(network, order, 5), lower) << order;
  EXPECT_GT(words(network, "by_target", 5), lower);
}

TEST(Twins, EqualTargetsReadTheirSourcesOnce) {
  // 30 targets of 10 kinds, scattered; the three of a kind have the same four sources.
  std::vector<Connection> connections;
  for (uint32_t t = 0; t < 30; ++t)
    for (uint32_t s = 0; s < 4; ++s) connections.push_back({4 * (t % 10) + s, 40 + t, 1.0F});
  const Network network(70, connections, std::vector<float>(70, 0.0F), Activation::relu, "twins");
  EXPECT_EQ(words(network, "twins", 5), 120U + 70 + 30);
  EXPECT_GT(words(network, "by_target", 5), 120U + 70 + 30);
}

TEST(Cluster, FindsScatteredGroupsThatShareSources) {
  // Groups of six sources; every target has three sources of one group; the groups' targets are interleaved.
  std::vector<Connection> connections;
  RandomStream random(1, 0);
  for (uint32_t t = 0; t < 200; ++t) {
    uint32_t skip = static_cast<uint32_t>(random.below(6));
    for (uint32_t s = 0; s < 3; ++s) connections.push_back({6 * (t % 20) + (skip + s) % 6, 120 + t, 1.0F});
  }
  const Network network(320, connections, std::vector<float>(320, 0.0F), Activation::relu, "groups");
  EXPECT_EQ(words(network, "cluster", 10), network.connections() + 320 + 200);
  EXPECT_GT(words(network, "by_target", 10), network.connections() + 320 + 200 + 100);
}

TEST(Rcm, FindsTheBandOfAShuffledBand) {
  // A path of small cliques, ids shuffled: with the band found, few words are enough.
  constexpr uint32_t neurons = 200;
  RandomStream random(3, 0);
  std::vector<uint32_t> name(neurons);
  for (uint32_t v = 0; v < neurons; ++v) name[v] = v;
  for (uint32_t v = neurons; v > 1; --v) std::swap(name[v - 1], name[random.below(v)]);
  std::vector<Connection> connections;
  // Two layers, so that every sequence of the targets is allowed: target i needs inputs i .. i + 3 of the band.
  for (uint32_t i = 0; i < neurons; ++i)
    for (uint32_t d = 0; d < 4; ++d)
      if (i + d < neurons) connections.push_back({name[i + d], neurons + name[(i * 7) % neurons], 1.0F});
  const Network network(2 * neurons, connections, std::vector<float>(2 * neurons, 0.0F), Activation::relu, "band");
  const auto live = [&](const std::string& order) {
    return max_live(network.neurons(), steps(network, make(network, order, 10)));
  };
  EXPECT_LE(live("rcm"), 12U);
  EXPECT_GT(live("by_target"), 50U);
}

TEST(MultiLayerBlocks, NarrowConesStayInFastMemory) {
  // Forty separate bundles of 4-4-4 neurons, interleaved: layer by layer spills, cone by cone does not.
  std::vector<Connection> connections;
  for (uint32_t layer = 0; layer < 2; ++layer)
    for (uint32_t b = 0; b < 40; ++b)
      for (uint32_t i = 0; i < 16; ++i)
        connections.push_back({layer * 160 + i % 4 * 40 + b, layer * 160 + 160 + i / 4 * 40 + b, 1.0F});
  const Network network(480, connections, std::vector<float>(480, 0.0F), Activation::relu, "bundles");
  const uint64_t lower = network.connections() + 480 + 160;
  EXPECT_EQ(words(network, "multi_layer_blocks:size=8", 14), lower);
  EXPECT_GT(words(network, "blocks", 14), lower);
}

TEST(TargetSearch, NeverWorsensAndStaysTopological) {
  for (uint64_t seed = 1; seed < 4; ++seed) {
    const Network network = layers(60, 4, 0.06, seed);
    const Adjacency adjacency(network);
    const std::vector<uint32_t> before = targets_by_depth(network);
    const SearchBudget budget{2000, 0.4, 0.1, 60, seed};
    const std::vector<uint32_t> after = search_targets(network, adjacency, before, 16, budget);
    EXPECT_EQ(after, search_targets(network, adjacency, before, 16, budget)) << "same seed, same sequence";
    const Order order = neuron_by_neuron(network, after);
    ASSERT_TRUE(is_valid(network, order));
    EXPECT_LT(total_words(network, order, "min", 16),
              total_words(network, neuron_by_neuron(network, before), "min", 16));
    EXPECT_EQ(completion(network, order), after);
  }
}

/// Reads of values that a plan stands for, counted the long way: from the stays alone.
uint64_t planned_reads(const Network& network, const IntervalPlan& plan) {
  const Adjacency adjacency(network);
  uint64_t reads = plan.targets().size();  // biases
  for (uint32_t u = 0; u < network.neurons(); ++u) {
    std::vector<IntervalPlan::Stay> open;
    for (const uint32_t k : adjacency.out(u)) {
      const IntervalPlan::Stay stay = plan.stay(adjacency.target[k]);
      if (!plan.is_target(u) || stay.first > plan.stay(u).last + 1) open.push_back(stay);
    }
    for (; !open.empty(); ++reads) {
      int at = INT16_MAX;
      for (const auto& stay : open) at = std::min<int>(at, stay.last);
      std::erase_if(open, [at](const IntervalPlan::Stay& stay) { return stay.first <= at; });
    }
  }
  return reads;
}

TEST(Stays, ThePlanIsAnOrderThatReadsNoMore) {
  for (uint64_t seed = 1; seed < 6; ++seed) {
    const Network network = layers(60, 4, seed % 2 == 0 ? 0.3 : 0.06, seed);
    const Adjacency adjacency(network);
    IntervalPlan plan(network, adjacency, stream(network, adjacency, 14), 14);
    uint64_t before = planned_reads(network, plan);
    for (const double hot : {0.3, 0.13}) {
      IntervalSearch search;
      search.proposals = 20000;
      search.hot = hot;
      search.seed = seed;
      search_intervals(network, plan, search);
      const Order order = plan.order();
      ASSERT_TRUE(is_valid(network, order));
      const uint64_t planned = planned_reads(network, plan);
      EXPECT_LT(planned, before) << seed;
      const auto& belady = Registry<PolicyKind>::instance().find("min", "test").kind;
      EXPECT_LE(belady.simulate(network, steps(network, order), 16).value_reads, planned) << seed;
      before = planned + 20;
      // No more residents than places.
      for (const uint32_t v : plan.targets()) {
        const auto at = plan.stay(v).last;
        EXPECT_LE(std::count_if(plan.targets().begin(), plan.targets().end(),
                                [&](uint32_t w) { return plan.stay(w).first <= at && plan.stay(w).last >= at; }),
                  14);
      }
    }
  }
}

TEST(Stays, BeatsTheOrdersWithoutASearchOnRandomLayers) {
  for (const double density : {0.04, 0.3}) {
    const Network network = layers(120, 4, density, 1);
    const uint64_t least = words(network, "stays:iterations=100000", 30);
    for (const std::string other : {"blocks", "window", "greedy", "cluster", "twins", "multi_layer_blocks"})
      EXPECT_LT(least, words(network, other, 30)) << density << ' ' << other;
  }
}

TEST(Stays, SameSeedSameOrder) {
  const Network network = layers(40, 3, 0.2, 3);
  const std::string spec = "stays:iterations=5000,seed=";
  const auto sequence = [&](const std::string& text) {
    const Order order = make(network, text, 12);
    std::vector<uint64_t> connections;
    for (uint64_t k = 0; k < network.connections(); ++k) connections.push_back(order.at(k));
    return connections;
  };
  EXPECT_EQ(sequence(spec + "4"), sequence(spec + "4"));
  EXPECT_NE(sequence(spec + "4"), sequence(spec + "5"));
}

TEST(Auto, IsNoWorseThanAnyOrderItTriesUnderEveryPolicy) {
  const Network network = layers(40, 4, 0.1, 7);
  for (const std::string policy : {"min", "lru", "rr"}) {
    const Order order = make(network, "auto:iterations=500,policy=" + policy, 16);
    ASSERT_TRUE(is_valid(network, order));
    const uint64_t chosen = total_words(network, order, policy, 16);
    for (const std::string other : {"by_target", "window", "greedy", "twins", "cluster", "rcm", "depth_first"})
      EXPECT_LE(chosen, total_words(network, make(network, other, 16), policy, 16)) << policy << ' ' << other;
  }
}

TEST(Auto, AWrongPolicyIsNamed) {
  EXPECT_THROW(make(layers(4, 2, 1.0, 1), "auto:policy=belady", 10), BadInput);
}

}  // namespace
}  // namespace sparsio
