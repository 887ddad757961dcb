// Certificates and degrees against all subsets of small layers. Asserts:
//   - no a sources and b targets of a random bipartite graph have more connections than most(a, b) says;
//   - with weights, whatever they are, none weigh more, and even_weights() are positive, sum to the number of
//   connections
//     and make sources, and targets, weigh the same where that can be;
//   - every norm is at least the norm found by a long power iteration, and at most a third above it;
//   - a layer of which all connections are there, and an empty one, are described exactly.
#include "bound/lower_instance/pair_connections.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "base/random.hpp"
#include "bound/lower_instance/even_weights.hpp"

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

TEST(PairConnections, NoSubsetsWeighMore) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    Bipartite graph = random_bipartite(seed, 7);
    for (uint32_t u = 0; u < std::max(graph.sources, graph.targets); ++u) {
      const Step step{u % graph.sources, u % graph.targets};  // everyone has a connection
      const bool is_new = std::none_of(graph.connections.begin(), graph.connections.end(), [&](const Step& c) {
        return c.source == step.source && c.target == step.target;
      });
      if (is_new) graph.connections.push_back(step);
    }
    std::vector<double> weights = even_weights(graph.sources, graph.targets, graph.connections);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    ASSERT_NEAR(sum, static_cast<double>(graph.connections.size()), 1e-6 * sum) << seed;
    ASSERT_GT(*std::min_element(weights.begin(), weights.end()), 0) << seed;
    RandomStream random(seed, 3);
    for (const bool as_made : {true, false}) {
      if (!as_made)
        for (double& weight : weights) weight = random.uniform(0, 3);
      const PairConnections pair(graph.sources, graph.targets, graph.connections,
                                 centred_certificates(graph.sources, graph.targets, graph.connections, weights),
                                 weights);
      for (uint32_t s = 0; s < 1U << graph.sources; ++s)
        for (uint32_t t = 0; t < 1U << graph.targets; ++t) {
          double inside = 0;
          for (size_t k = 0; k < weights.size(); ++k)
            if ((s >> graph.connections[k].source & 1) != 0 && (t >> graph.connections[k].target & 1) != 0)
              inside += weights[k];
          ASSERT_LE(inside, pair.most(static_cast<uint64_t>(std::popcount(s)), static_cast<uint64_t>(std::popcount(t))))
              << seed;
        }
    }
  }
}

TEST(EvenWeights, NeuronsWeighTheSameAndNoDirectionStandsOut) {
  Bipartite graph{120, 90, {}};
  RandomStream random(5, 1);
  for (uint32_t v = 0; v < graph.targets; ++v)
    for (uint32_t u = 0; u < graph.sources; ++u)
      if (random.uniform() < 0.1 + 0.004 * u) graph.connections.push_back({u, v});  // degrees differ by five times
  const std::vector<double> weights = even_weights(graph.sources, graph.targets, graph.connections);
  std::vector<double> out(graph.sources, 0.0);
  std::vector<double> in(graph.targets, 0.0);
  for (size_t k = 0; k < weights.size(); ++k) {
    out[graph.connections[k].source] += weights[k];
    in[graph.connections[k].target] += weights[k];
  }
  const double all = static_cast<double>(graph.connections.size());
  for (const double sum : out) EXPECT_NEAR(sum, all / graph.sources, 0.02 * all / graph.sources);
  for (const double sum : in) EXPECT_NEAR(sum, all / graph.targets, 0.02 * all / graph.targets);
  const auto plain = certificates(graph.sources, graph.targets, graph.connections);
  const auto even = centred_certificates(graph.sources, graph.targets, graph.connections, weights);
  ASSERT_FALSE(even.empty());
  for (const NormCertificate& one : plain) EXPECT_LT(even.front().norm, 0.9 * one.norm);
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
