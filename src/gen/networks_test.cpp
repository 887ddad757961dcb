// The generators. Properties over all that are registered, then what each promises, against dumber counts:
//   - the same options give the same bytes, on a second walk too; rows are sorted, ids in range, values finite;
//   - bandwidth: every pair within the band and none beyond; random_dag and random: the density that was asked for;
//   - high_girth: regular, and a breadth-first search from every neuron closes no cycle shorter than 6.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "base/spec.hpp"
#include "gen/generator.hpp"

namespace sparsio {
namespace {

Network make(const std::string& spec) {
  const auto resolved = resolve<NetworkKind>(spec, "test");
  NetworkSource source = resolved.kind().make(resolved.params);
  return flatten(source);
}

Inputs make_inputs(const std::string& spec, uint32_t width) {
  const auto resolved = resolve<InputKind>(spec, "test");
  return resolved.kind().make(resolved.params, width);
}

template <class Range>
bool same(Range a, Range b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

TEST(Networks, EveryGeneratorMakesTheSameSoundNetworkTwice) {
  for (const auto& entry : Registry<NetworkKind>::instance().entries()) {
    const Network a = make(entry.name);
    const Network b = make(entry.name);
    EXPECT_TRUE(same(a.source(), b.source()) && same(a.weight(), b.weight()) && same(a.bias(), b.bias())) << entry.name;
    EXPECT_GT(a.connections(), 0U) << entry.name;
    for (uint32_t v = 0; v < a.neurons(); ++v) {
      ASSERT_TRUE(std::isfinite(a.bias()[v]));
      for (uint64_t k = a.in_begin()[v]; k < a.in_begin()[v + 1]; ++k) {
        ASSERT_LT(a.source()[k], v) << entry.name;
        ASSERT_TRUE(std::isfinite(a.weight()[k])) << entry.name;
        ASSERT_TRUE(k == a.in_begin()[v] || a.source()[k - 1] < a.source()[k]) << entry.name;
      }
    }
  }
}

TEST(Networks, LayersAreTheSameOnEveryWalk) {
  for (const auto& entry : Registry<NetworkKind>::instance().entries()) {
    NetworkSource source = entry.kind.make(Params(entry.kind.options, {}, entry.name));
    auto* layers = std::get_if<std::unique_ptr<LayerSource>>(&source);
    if (layers == nullptr) continue;
    Layer once;
    Layer again;
    again.activation = Activation::identity;  // what is left over from another layer is none of it
    (*layers)->next(once);
    (*layers)->restart();
    (*layers)->next(again);
    EXPECT_EQ(once.begin, again.begin) << entry.name;
    EXPECT_EQ(once.source, again.source) << entry.name;
    EXPECT_EQ(once.weight, again.weight) << entry.name;
    EXPECT_EQ(once.bias, again.bias) << entry.name;
    EXPECT_EQ(once.activation, again.activation) << entry.name;
  }
}

/// Against all weights before pruning, which are those of density 1 but for one factor a layer.
TEST(Networks, PrunedKeepsTheLargestInMagnitude) {
  for (const char* spread : {"0", "0.5", "1.5"}) {
    const std::string spec = fmt::format("pruned:widths=60-47-9,spread={},seed=3", spread);
    const Network all = make(spec + ",density=1");
    const Network kept = make(spec + ",density=0.07-0.4");
    ASSERT_EQ(all.connections(), 60U * 47 + 47 * 9);
    for (const size_t l : {0U, 1U}) {
      const auto begin = all.in_begin()[all.layer_begin()[l + 1]];
      const auto end = all.in_begin()[all.layer_begin()[l + 2]];
      std::vector<float> sizes;
      for (uint64_t k = begin; k < end; ++k) sizes.push_back(std::abs(all.weight()[k]));
      std::sort(sizes.rbegin(), sizes.rend());
      const auto first = kept.in_begin()[kept.layer_begin()[l + 1]];
      const auto count = kept.in_begin()[kept.layer_begin()[l + 2]] - first;
      ASSERT_EQ(count, static_cast<uint64_t>(std::llround((l == 0 ? 0.07 : 0.4) * static_cast<double>(sizes.size()))));
      double ratio = 0;  // one of the layer
      for (uint32_t v = kept.layer_begin()[l + 1]; v < kept.layer_begin()[l + 2]; ++v)
        for (uint64_t k = kept.in_begin()[v]; k < kept.in_begin()[v + 1]; ++k) {
          uint64_t at = all.in_begin()[v];
          while (all.source()[at] != kept.source()[k]) ++at;
          ASSERT_GE(std::abs(all.weight()[at]), sizes[count - 1]);
          if (ratio == 0) ratio = double{kept.weight()[k]} / double{all.weight()[at]};
          ASSERT_NEAR(double{kept.weight()[k]} / double{all.weight()[at]}, ratio, 1e-5 * ratio);
        }
    }
  }
  EXPECT_EQ(make("pruned:widths=4-3,density=0").connections(), 0U);
  EXPECT_THROW(make("pruned:widths=4-3-2,density=0.1-0.2-0.3"), BadInput);
  EXPECT_THROW(make("pruned:widths=4-3-2,density=0.1-1.2"), BadInput);
  EXPECT_THROW(make("pruned:widths=20000x2"), Unsupported);
}

/// Where scales spread, pairs of targets share more sources than chance would have it.
TEST(Networks, PrunedRowsOverlapAsTheirScalesSpread) {
  const auto shared = [](const char* spread) {
    const Network network = make(fmt::format("pruned:widths=300-300,density=0.1,spread={}", spread));
    uint64_t common = 0;
    for (uint32_t v = 300; v + 1 < 600; ++v) {
      const auto a = network.sources_of(v);
      const auto b = network.sources_of(v + 1);
      for (const uint32_t s : a) common += std::binary_search(b.begin(), b.end(), s) ? 1 : 0;
    }
    return static_cast<double>(common) / static_cast<double>(network.connections());
  };
  EXPECT_NEAR(shared("0"), 0.1, 0.02);
  EXPECT_GT(shared("1"), 0.2);
}

TEST(Networks, LayersHaveTheActivationThatWasAskedFor) {
  for (const char* kind : {"mlp", "dense"}) {
    const std::string small = fmt::format("{}:widths=4x4", kind);
    const auto activations = [](const std::string& spec) {
      const Network network = make(spec);
      return std::vector<Activation>(network.activations().begin(), network.activations().end());
    };
    constexpr Activation relu = Activation::relu;
    constexpr Activation identity = Activation::identity;
    constexpr Activation challenge = Activation::challenge;
    EXPECT_EQ(activations(small), std::vector{relu});
    EXPECT_EQ(activations(small + ",last=identity"), (std::vector{relu, relu, identity}));
    EXPECT_EQ(activations(small + ",activation=challenge"), std::vector{challenge});
    EXPECT_EQ(activations(small + ",activation=challenge,last=relu"), (std::vector{challenge, challenge, relu}));
    EXPECT_THROW(make(small + ",activation=same"), BadInput);
    EXPECT_THROW(make(small + ",last=rely"), BadInput);
    EXPECT_TRUE(same(make(small).weight(), make(small + ",last=identity").weight())) << kind;
    // Run ids are made of canonical texts: those of networks as before stay what they were.
    const auto canonical = [](const std::string& spec) {
      return resolve<NetworkKind>(spec, "test").params.canonical();
    };
    EXPECT_EQ(canonical(small + ",activation=relu,last=same"), canonical(small));
    EXPECT_EQ(canonical(small).find("activation"), std::string::npos);
    EXPECT_NE(canonical(small + ",last=identity").find("last=identity"), std::string::npos);
  }
}

TEST(Bandwidth, HasEveryPairWithinTheBandAndNoneBeyond) {
  for (const uint32_t bandwidth : {1U, 5U, 40U, 100U}) {
    const Network band = make(fmt::format("bandwidth:neurons=40,bandwidth={}", bandwidth));
    uint64_t pairs = 0;
    for (uint32_t v = 0; v < 40; ++v)
      for (uint32_t u = 0; u < v; ++u) pairs += v - u <= bandwidth ? 1 : 0;
    EXPECT_EQ(band.connections(), pairs);
    for (uint32_t v = 0; v < 40; ++v)
      for (uint64_t k = band.in_begin()[v]; k < band.in_begin()[v + 1]; ++k) EXPECT_LE(v - band.source()[k], bandwidth);
  }
}

TEST(RandomDag, HasTheDensityThatWasAskedFor) {
  const Network network = make("random_dag:neurons=1000,density=0.05,seed=7");
  const double expected = 0.05 * 1000 * 999 / 2;
  EXPECT_NEAR(static_cast<double>(network.connections()), expected, 5 * std::sqrt(expected));
  EXPECT_EQ(make("random_dag:neurons=30,density=1").connections(), 30U * 29 / 2);
  EXPECT_TRUE(network.layer_begin().empty());
  EXPECT_NE(make("random_dag:neurons=1000,density=0.05,seed=8").connections(), network.connections());
  EXPECT_THROW(make("random_dag:density=0"), BadInput);
}

TEST(Star, HasOneMiddle) {
  const Network in = make("star:leaves=9");
  EXPECT_EQ(in.facts().inputs, 9U);
  EXPECT_EQ(in.facts().outputs, 1U);
  EXPECT_EQ(in.in_degree(9), 9U);
  const Network out = make("star:leaves=9,direction=out");
  EXPECT_EQ(out.facts().inputs, 1U);
  EXPECT_EQ(out.facts().outputs, 9U);
  EXPECT_EQ(out.out_degree()[0], 9U);
  EXPECT_THROW(make("star:direction=up"), BadInput);
}

TEST(Dense, IsFullyConnected) {
  const Network network = make("dense:widths=3-5-2");
  EXPECT_EQ(network.connections(), 3U * 5 + 5 * 2);
  for (uint32_t v = 3; v < 10; ++v) EXPECT_EQ(network.in_degree(v), v < 8 ? 3U : 5U);
}

/// The shortest cycle of the network with directions ignored, by breadth-first search from every neuron.
uint64_t girth(const Network& network) {
  std::vector<std::vector<uint32_t>> beside(network.neurons());
  for (uint32_t v = 0; v < network.neurons(); ++v)
    for (uint64_t k = network.in_begin()[v]; k < network.in_begin()[v + 1]; ++k) {
      beside[v].push_back(network.source()[k]);
      beside[network.source()[k]].push_back(v);
    }
  uint64_t shortest = UINT64_MAX;
  for (uint32_t root = 0; root < network.neurons(); ++root) {
    std::vector<uint64_t> distance(network.neurons(), UINT64_MAX);
    std::vector<uint32_t> from(network.neurons(), root);
    std::deque<uint32_t> waiting{root};
    distance[root] = 0;
    while (!waiting.empty()) {
      const uint32_t here = waiting.front();
      waiting.pop_front();
      for (const uint32_t next : beside[here]) {
        if (distance[next] == UINT64_MAX) {
          distance[next] = distance[here] + 1;
          from[next] = here;
          waiting.push_back(next);
        } else if (next != from[here]) {
          shortest = std::min(shortest, distance[here] + distance[next] + 1);
        }
      }
    }
  }
  return shortest;
}

TEST(HighGirth, IsRegularAndHasNoShortCycle) {
  for (const uint32_t degree : {2U, 3U, 4U}) {
    const Network network = make(fmt::format("high_girth:neurons=160,layers=4,degree={},seed={}", degree, degree));
    for (uint32_t v = 0; v < network.neurons(); ++v) {
      EXPECT_EQ(network.in_degree(v), v < 160 ? 0 : degree);
      EXPECT_EQ(network.out_degree()[v], v < 4 * 160 ? degree : 0);
    }
    EXPECT_GE(girth(network), 6U);
  }
  EXPECT_EQ(girth(make("dense:widths=2-2")), 4U);  // the oracle sees short cycles
  EXPECT_THROW(make("high_girth:neurons=20,degree=8"), BadInput);
}

TEST(Random, HasTheDensityThatWasAskedFor) {
  const Inputs bits = make_inputs("random:count=200,density=0.2", 333);
  EXPECT_TRUE(bits.is_packed());
  const Inputs reals = make_inputs("random:count=200,density=0.2,values=reals", 333);
  EXPECT_FALSE(reals.is_packed());
  double ones = 0;
  double set = 0;
  for (uint64_t i = 0; i < 200; ++i)
    for (uint32_t n = 0; n < 333; ++n) {
      ones += bits.at(i, n);
      set += reals.at(i, n) > 0 ? 1 : 0;
      ASSERT_TRUE(reals.at(i, n) >= 0 && reals.at(i, n) <= 1);
    }
  const double expected = 200 * 333 * 0.2;
  EXPECT_NEAR(ones, expected, 5 * std::sqrt(expected));
  EXPECT_NEAR(set, expected, 5 * std::sqrt(expected));
  EXPECT_EQ(first_rows(bits, 7).bits, make_inputs("random:count=7,density=0.2", 333).bits);
  EXPECT_THROW(make_inputs("random", 0), BadInput);
  EXPECT_THROW(make_inputs("random:neurons=5", 6), BadInput);
}

}  // namespace
}  // namespace sparsio
