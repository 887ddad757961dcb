#include <gtest/gtest.h>

#include <algorithm>

#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "format/edges/cycle.hpp"
#include "format/format.hpp"

namespace sparsio {
namespace {

const FormatKind& edges() {
  return Registry<FormatKind>::instance().find("edges", "test").kind;
}

Network read(const std::string& path, const std::vector<NamedText>& given = {}) {
  return std::get<Network>(edges().read_network(path, Params(edges().options, given, "edges")));
}

template <class Range>
bool same(Range a, Range b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

void expect_equal(const Network& a, const Network& b) {
  EXPECT_TRUE(same(a.in_begin(), b.in_begin()));
  EXPECT_TRUE(same(a.source(), b.source()));
  EXPECT_TRUE(same(a.weight(), b.weight()));
  EXPECT_TRUE(same(a.bias(), b.bias()));
  EXPECT_TRUE(same(a.activations(), b.activations()));
}

/// A random DAG whose last neuron has an in-connection; in-neurons have `bias`, the inputs 0.
Network random_network(uint32_t neurons, float bias, uint64_t seed) {
  RandomStream random(seed, 1);
  std::vector<Connection> connections;
  std::vector<float> biases(neurons, 0);
  for (uint32_t v = 1; v < neurons; ++v)
    for (uint32_t u = 0; u < v; ++u)
      if (random.below(5) == 0 || (v == neurons - 1 && u == 0)) {
        connections.push_back({u, v, static_cast<float>(random.uniform(-2, 2))});
        biases[v] = bias;
      }
  return Network(neurons, connections, biases, Activation::relu, "test");
}

TEST(Edges, RoundTripIsExact) {
  const TemporaryFolder folder;
  for (uint64_t seed = 0; seed < 20; ++seed)
    for (const std::string name : {"a.edges", "a.edges.gz"}) {
      const Network network = random_network(static_cast<uint32_t>(3 + 4 * seed), -0.35F, seed);
      NetworkSource source = network;
      edges().write_network(source, folder / name);
      expect_equal(read(folder / name, {{"bias", "-0.35"}}), network);
    }
}

TEST(Edges, ReadsAnyNumberingTabsSpacesAndCrlf) {
  const TemporaryFolder folder;
  const Network network = read(folder.put("a.edges", "3 1 0.5\r\n3\t2\t-1e-3\r\n2 1 2"));  // 3 -> 2 -> 1, 3 -> 1
  EXPECT_EQ(network.neurons(), 3U);
  EXPECT_EQ(network.connections(), 3U);
  EXPECT_EQ(network.facts().inputs, 1U);
  EXPECT_EQ(network.facts().outputs, 1U);
  EXPECT_EQ(read(folder / "a.edges", {{"neurons", "5"}}).neurons(), 5U);
}

TEST(Edges, RefusesWithThePlace) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.edges";
  const auto message = [&](const std::string& bytes, const std::vector<NamedText>& given = {}) {
    return refusal([&] { read(folder.put("a.edges", bytes), given); });
  };
  const std::string shape = "; a line is 'source target weight' with tabs or spaces between";
  EXPECT_EQ(message("1 2 1\n0 2 1\n"), path + ":2: source 0 is out of range; give 1 to 4294967294");
  EXPECT_EQ(message("1 2 1\n1 4 1\n", {{"neurons", "3"}}), path + ":2: target 4 is out of range; give 1 to 3");
  EXPECT_EQ(message("1 2 nan\n"), path + ":1: the weight 'nan' is not a finite number; give one like 0.0625");
  EXPECT_EQ(message("1 2 -inf\n"), path + ":1: the weight '-inf' is not a finite number; give one like 0.0625");
  EXPECT_EQ(message("1 2 1e99\n"), path + ":1: the weight '1e99' does not fit a 32-bit float; scale it");
  EXPECT_EQ(message("1 2\n"), path + ":1: the line ends after the target, the weight is missing" + shape);
  EXPECT_EQ(message("1\n"), path + ":1: the line ends after the source, the target is missing" + shape);
  EXPECT_EQ(message("1 2 1 9\n"), path + ":1: ' 9' after the weight" + shape);
  EXPECT_EQ(message("1  2 1 \n\n"), "");
  EXPECT_EQ(message("a 2 1\n"), path + ":1: 'a' is not a source number" + shape);
  EXPECT_EQ(message("1 -2 1\n"), path + ":1: '-2' is not a target number" + shape);
  EXPECT_EQ(message("\n1 2 1\n\n2 3 1\n 2 3 5\n"),
            path + ":5: connection 2 -> 3 stands twice; add the weights and give it once");
  EXPECT_EQ(message("1 2 1\n1 3 0\n2 3 1\n"), "");
  EXPECT_EQ(message("1 2 1\n1 3 0\n"),
            path +
                ": neuron 3 would become an input without its connections of weight 0; give zeros=keep, or take the "
                "neuron out");
  EXPECT_EQ(message("1 3 1\n2 3 1e-60\n"),
            path +
                ": neuron 2 would feed nothing without its connections of weight 0; give zeros=keep, or take the "
                "neuron out");
  EXPECT_EQ(message("1 2 1\n1 3 0\n", {{"zeros", "keep"}}), "");
  EXPECT_EQ(message(""), path + ": the file is empty; give a line 'source target weight' a connection");
  EXPECT_EQ(message("1 2 1\n2 3 1\n1 3 1\n2 3 5\n1 2 4\n"),
            path + ":4: connection 2 -> 3 stands twice; add the weights and give it once");
  EXPECT_EQ(message("1 2 1\n2 2 1\n"), path + ":2: neuron 2 feeds itself; a feed-forward network has no cycle");
  EXPECT_EQ(message("1 2 1\n2 3 1\n3 4 1\n4 2 1\n4 5 1\n"),
            path + ":4: connection 4 -> 2 closes a cycle of 3: 2 -> 3 -> 4 -> 2; a feed-forward network has none");
  EXPECT_EQ(message("1 2 1\n1 4294967294 1\n"),
            path + ":2: neuron 4294967294 in a file of 2 connections; give neurons=4294967294 if that is meant");
}

TEST(Edges, WriterRefusesWhatItCannotKeep) {
  const TemporaryFolder folder;
  const auto message = [&](NetworkSource source) {
    return refusal([&] { edges().write_network(source, folder / "a.edges"); });
  };
  EXPECT_NE(
      message(Network(3, {{0, 2, 1}, {0, 1, 1}}, {0, 1, 2}, Activation::relu, "")).find("biases 1 and 2 (neuron 3)"),
      std::string::npos);
  EXPECT_NE(message(Network(2, {{0, 1, 1}}, {0, 1}, Activation::challenge, "")).find("activation is challenge"),
            std::string::npos);
  EXPECT_NE(message(Network(2, {}, {0, 0}, Activation::relu, "")).find("no connections"), std::string::npos);
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(Edges, MutantsAreReadOrRefused) {
  const TemporaryFolder folder;
  int read_well = 0;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const std::string path = folder.put("a.edges", mutant("1 2 0.5\n1 3 -1.5e-3\n2 3 2\n12\t13\t7\n3\t13\t1\n", seed));
    if (refusal([&] { read(path); }).empty()) ++read_well;
  }
  EXPECT_GT(read_well, 0);
  EXPECT_LT(read_well, 2000);
}

/// Dumber: peel neurons without in-connections from what is left until nothing changes; a rest is a cycle.
bool has_cycle(uint32_t neurons, std::vector<Connection> connections) {
  for (uint32_t round = 0; round < neurons; ++round)
    std::erase_if(connections, [rest = connections](const Connection& c) {
      return std::none_of(rest.begin(), rest.end(), [&](const Connection& other) { return other.target == c.source; });
    });
  return !connections.empty();
}

TEST(Cycle, IsFoundWhereverThereIsOne) {
  int found = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomStream random(seed, 2);
    const auto neurons = static_cast<uint32_t>(2 + random.below(10));
    std::vector<Connection> connections;
    for (uint64_t k = random.below(2 * neurons); k > 0; --k)
      connections.push_back(
          {static_cast<uint32_t>(random.below(neurons)), static_cast<uint32_t>(random.below(neurons)), 1});
    const auto cycle = find_cycle(neurons, connections);
    EXPECT_EQ(!cycle.empty(), has_cycle(neurons, connections)) << seed;
    for (size_t k = 0; k < cycle.size(); ++k)
      EXPECT_EQ(connections[cycle[k]].target, connections[cycle[(k + 1) % cycle.size()]].source) << seed;
    if (!cycle.empty()) ++found;
  }
  EXPECT_GT(found, 50);
  EXPECT_LT(found, 250);
}

}  // namespace
}  // namespace sparsio
