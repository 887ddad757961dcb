// Certificates and degrees against all subsets of small layers. Asserts:
//   - no a sources and b targets of a random bipartite graph have more connections than most(a, b) says;
//   - every norm is at least the norm found by a long power iteration, and at most a third above it;
//   - a layer of which all connections are there, and an empty one, are described exactly.
#include "bound/pair_connections.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "net/random.hpp"

namespace sparsio {
namespace {

struct Bipartite {
  uint32_t sources;
  uint32_t targets;
  std::vector<Step> connections;
};

Bipartite random_bipartite(uint64_t seed, uint32_t most) {
  RandomStream random(seed, 1);
  Bipartite graph{static_cast<uint32_t>(1 + random.below(most)), static_cast<uint32_t>(1 + random.below(most)), {}};
  const double density = random.uniform(0.05, 1.0);
  for (uint32_t v = 0; v < graph.targets; ++v)
    for (uint32_t u = 0; u < graph.sources; ++u)
      if (random.uniform() < density) graph.connections.push_back({u, v});
  return graph;
}

TEST(PairConnections, NoSubsetsHaveMore) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    const Bipartite graph = random_bipartite(seed, 7);
    std::vector<NormCertificate> norms;
    if (!graph.connections.empty()) norms = certificates(graph.sources, graph.targets, graph.connections);
    const PairConnections all(graph.sources, graph.targets, graph.connections, norms);
    const PairConnections by_degrees(graph.sources, graph.targets, graph.connections, {});
    for (uint32_t s = 0; s < 1U << graph.sources; ++s)
      for (uint32_t t = 0; t < 1U << graph.targets; ++t) {
        const auto inside = std::count_if(graph.connections.begin(), graph.connections.end(), [&](const Step& c) {
          return (s >> c.source & 1) != 0 && (t >> c.target & 1) != 0;
        });
        const auto a = static_cast<uint64_t>(std::popcount(s));
        const auto b = static_cast<uint64_t>(std::popcount(t));
        ASSERT_LE(static_cast<double>(inside), all.most(a, b)) << seed;
        ASSERT_LE(all.most(a, b), by_degrees.most(a, b)) << seed;
      }
  }
}

/// |A - c J| by 3000 rounds of x <- (A - c J)^T (A - c J) x on a dense matrix.
double dumb_norm(const Bipartite& graph, double c) {
  std::vector<std::vector<double>> matrix(graph.sources, std::vector<double>(graph.targets, -c));
  for (const auto& [u, v] : graph.connections) matrix[u][v] += 1;
  std::vector<double> x(graph.targets);
  RandomStream random(7, graph.targets);
  for (double& value : x) value = random.uniform(0.5, 1);
  double norm = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<double> y(graph.sources, 0.0);
    for (uint32_t u = 0; u < graph.sources; ++u)
      for (uint32_t v = 0; v < graph.targets; ++v) y[u] += matrix[u][v] * x[v];
    std::fill(x.begin(), x.end(), 0.0);
    for (uint32_t u = 0; u < graph.sources; ++u)
      for (uint32_t v = 0; v < graph.targets; ++v) x[v] += matrix[u][v] * y[u];
    norm = 0;
    for (const double value : x) norm += value * value;
    norm = std::sqrt(norm);
    if (norm == 0) return 0;
    for (double& value : x) value /= norm;
  }
  return std::sqrt(norm);
}

TEST(NormCertificate, IsNotBelowTheNormNorFarAbove) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const Bipartite graph = random_bipartite(seed, 24);
    if (graph.connections.empty()) continue;
    const auto norms = certificates(graph.sources, graph.targets, graph.connections);
    ASSERT_FALSE(norms.empty()) << seed;
    for (const NormCertificate& one : norms) {
      const double norm = dumb_norm(graph, one.constant);
      EXPECT_GE(one.norm, norm * (1 - 1e-6)) << seed;
      EXPECT_LE(one.norm, norm * 1.34 + 0.05) << seed;
    }
  }
}

TEST(PairConnections, FullAndEmptyLayersAreExact) {
  Bipartite full{6, 9, {}};
  for (uint32_t u = 0; u < 6; ++u)
    for (uint32_t v = 0; v < 9; ++v) full.connections.push_back({u, v});
  const PairConnections pair(6, 9, full.connections, certificates(6, 9, full.connections));
  for (uint64_t a = 0; a <= 8; ++a)
    for (uint64_t b = 0; b <= 12; ++b)
      EXPECT_EQ(pair.most(a, b), static_cast<double>(std::min<uint64_t>(a, 6) * std::min<uint64_t>(b, 9)));
  EXPECT_EQ(PairConnections(5, 5, {}, {}).most(3, 3), 0);
}

}  // namespace
}  // namespace sparsio
