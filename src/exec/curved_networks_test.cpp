// Every engine on networks whose layers have activations that are no clips, and on general networks in which each
// neuron has its own, against `reference` and the error that it grants. It asserts:
// - values are within that error, on every track an engine has, on any panel and number of threads, softmax included;
// - an engine refuses only a track that skips zeros where f(0, b) != 0;
// - reference itself is what a sum and activate() say, neuron by neuron;
// - a softmax that is not of all outputs, or of a neuron that is none, is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "exec/engine.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

struct Example {
  std::unique_ptr<GivenLayers> layers;  // none of a general network
  Network network;
  Inputs inputs;
};

Activation any_activation(RandomStream& random) {
  const std::vector<Activation> all = all_activations();
  for (;;) {
    Activation one = all[random.below(all.size())];
    if (one.kind == ActivationKind::softmax || one.kind == ActivationKind::challenge) continue;
    if (one.kind == ActivationKind::leaky_relu) one.slope = static_cast<float>(random.uniform(0, 1.5));
    return one;
  }
}

Activation softmax_activation() {
  return parse_activation("softmax", "test");
}

Inputs real_inputs(uint64_t count, uint32_t width, RandomStream& random) {
  Inputs inputs{count, width, {}, {}, "generated"};
  for (uint64_t k = 0; k < count * width; ++k)
    inputs.values.push_back(random.below(3) == 0 ? 0.0F : static_cast<float>(random.uniform(-2, 2)));
  return inputs;
}

/// Half have no biases, so that tracks that skip zeros apply to some; some targets share their sources or are equal.
Layer any_layer(uint32_t sources, uint32_t targets, bool has_biases, const Activation& activation,
                RandomStream& random) {
  Layer layer{sources, targets, {0}, {}, {}, {}, activation};
  std::vector<uint32_t> chosen;
  for (uint32_t t = 0; t < targets; ++t) {
    const bool is_copy = t > 0 && random.below(5) == 0;
    if (!is_copy && random.below(2) == 0) {
      chosen.clear();
      for (uint32_t s = 0; s < sources; ++s)
        if (random.uniform() < 0.3) chosen.push_back(s);
    }
    for (const uint32_t s : chosen) {
      layer.source.push_back(s);
      layer.weight.push_back(is_copy ? layer.weight[layer.weight.size() - chosen.size()]
                                     : static_cast<float>(random.uniform(-1, 1)));
    }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(!has_biases ? 0.0F : is_copy ? layer.bias.back() : static_cast<float>(random.uniform(-1, 1)));
  }
  return layer;
}

Example layered_example(uint64_t item) {
  RandomStream random(61, item);
  std::vector<Layer> layers;
  auto width = static_cast<uint32_t>(1 + random.below(90));
  const uint32_t inputs = width;
  for (uint64_t l = 1 + random.below(4); l > 0; --l) {
    const auto next = static_cast<uint32_t>(1 + random.below(90));
    const bool is_softmax = l == 1 && item % 3 == 0;
    layers.push_back(
        any_layer(width, next, item % 2 == 0, is_softmax ? softmax_activation() : any_activation(random), random));
    width = next;
  }
  auto given = std::make_unique<GivenLayers>(std::move(layers));
  Network network(*given, 1'000'000);
  return {std::move(given), std::move(network), real_inputs(1 + random.below(60), inputs, random)};
}

/// Numbered at random, so that the network renumbers its neurons and what belongs to them.
Example general_example(uint64_t item) {
  RandomStream random(62, item);
  const auto neurons = static_cast<uint32_t>(3 + random.below(60));
  std::vector<uint32_t> id(neurons);
  for (uint32_t v = 0; v < neurons; ++v) id[v] = v;
  for (uint32_t v = neurons - 1; v > 0; --v) std::swap(id[v], id[random.below(v + 1)]);
  std::vector<Connection> connections;
  std::vector<bool> feeds(neurons, false);
  std::vector<bool> is_fed(neurons, false);
  for (uint32_t v = 1; v < neurons; ++v)
    for (uint32_t u = 0; u < v; ++u)
      if (u == v - 1 || random.uniform() < 0.2) {
        connections.push_back({id[u], id[v], static_cast<float>(random.uniform(-1, 1))});
        feeds[u] = is_fed[v] = true;
      }
  std::vector<Activation> activations(neurons);
  std::vector<float> bias(neurons);
  for (uint32_t v = 0; v < neurons; ++v) {
    activations[id[v]] = item % 2 == 0 && is_fed[v] && !feeds[v] ? softmax_activation() : any_activation(random);
    bias[id[v]] = static_cast<float>(random.uniform(-1, 1));
  }
  Network network(neurons, std::move(connections), std::move(bias), std::move(activations), "test");
  Inputs inputs = real_inputs(1 + random.below(60), static_cast<uint32_t>(network.input_ids().size()), random);
  return {nullptr, std::move(network), std::move(inputs)};
}

Outcome outcome_of(const std::string& name, const Example& one, Track track, uint32_t panel, unsigned threads,
                   Observe observe) {
  Plan plan;
  plan.network = &one.network;
  plan.layers = one.layers.get();
  plan.track = track;
  plan.panel = panel;
  plan.threads = threads;
  const auto& entry = Registry<EngineKind>::instance().find(name, "test");
  const auto engine = entry.kind.make(Params(entry.kind.options, {}, name));
  engine->prepare(plan);
  engine->run(one.inputs, Observe::categories, {});  // what a run leaves is none of the next one's
  return engine->run(one.inputs, observe, {});
}

bool may_skip(const Network& network) {
  for (uint32_t v = 0; v < network.neurons(); ++v)
    if (!network.layer_begin().empty() && v >= network.layer_begin()[1] &&
        !zeros_stay(network.activation_of(v), network.bias()[v]))
      return false;
  return true;
}

void expect_within(const Outcome& got, const Outcome& want, const std::string& place) {
  ASSERT_EQ(got.values.size(), want.values.size()) << place;
  for (size_t k = 0; k < want.values.size(); ++k)
    ASSERT_NEAR(got.values[k], want.values[k], want.bounds[k]) << place << " value " << k;
}

class CurvedNetworks : public testing::TestWithParam<std::string> {};

TEST_P(CurvedNetworks, AreRightOnEveryTrack) {
  const std::string& name = GetParam();
  constexpr uint32_t panels[] = {1, 7, 16, 48};
  uint64_t ran = 0;
  for (uint64_t item = 0; item < 40; ++item) {
    const Example one = layered_example(item);
    const Outcome want = outcome_of("reference", one, Track::general, 1, 1, Observe::bounds);
    for (const Track track : Registry<EngineKind>::instance().find(name, "test").kind.tracks) {
      const std::string place = name + " " + std::string(track_name(track)) + " item " + std::to_string(item);
      const bool skips = track == Track::value || track == Track::structure_value;
      if (skips && !may_skip(one.network)) {
        EXPECT_THROW(outcome_of(name, one, track, 16, 1, Observe::values), Unsupported) << place;
        continue;
      }
      expect_within(outcome_of(name, one, track, panels[item % 4], 1 + item % 3, Observe::values), want, place);
      ++ran;
    }
  }
  EXPECT_GE(ran, 40U);
}

INSTANTIATE_TEST_SUITE_P(Registry, CurvedNetworks, testing::ValuesIn(Registry<EngineKind>::instance().names()),
                         [](const auto& test) { return test.param; });

TEST(CurvedNetworks, GeneralOnesHaveAnActivationANeuron) {
  for (uint64_t item = 0; item < 40; ++item) {
    const Example one = general_example(item);
    const Outcome want = outcome_of("reference", one, Track::general, 1, 1, Observe::bounds);
    const std::vector<uint32_t> outputs = one.network.output_ids();
    for (uint64_t i = 0; i < one.inputs.count; ++i) {
      std::vector<double> y(one.network.neurons());
      const std::vector<uint32_t> inputs = one.network.input_ids();
      for (size_t j = 0; j < inputs.size(); ++j) y[inputs[j]] = double{one.inputs.at(i, static_cast<uint32_t>(j))};
      for (uint32_t v = 0; v < y.size(); ++v) {
        if (std::binary_search(inputs.begin(), inputs.end(), v)) continue;
        double z = 0;
        for (uint64_t k = one.network.in_begin()[v]; k < one.network.in_begin()[v + 1]; ++k)
          z += double{one.network.weight()[k]} * y[one.network.source()[k]];
        y[v] = activate(one.network.activation_of(v), z, double{one.network.bias()[v]});
      }
      if (item % 2 == 0) softmax(y, std::vector<uint64_t>(outputs.begin(), outputs.end()));
      for (size_t o = 0; o < outputs.size(); ++o)
        ASSERT_NEAR(want.values[i * outputs.size() + o], y[outputs[o]], 1e-12) << item;
    }
    for (const uint32_t panel : {1U, 7U, 48U})
      expect_within(outcome_of("connection_list", one, Track::general, panel, 2, Observe::values), want,
                    "item " + std::to_string(item));
  }
}

TEST(CurvedNetworks, SoftmaxIsOfAllOutputsOrOfNone) {
  const Activation s = softmax_activation();
  const Activation relu = Activation::relu;
  const std::vector<Connection> two = {{0, 1, 1}, {0, 2, 1}, {1, 3, 1}};
  const auto made = [&](std::vector<Activation> each) { Network(4, two, {0, 0, 0, 0}, std::move(each), "test"); };
  EXPECT_NO_THROW(made({relu, relu, s, s}));
  EXPECT_THROW(made({relu, relu, relu, s}), BadInput);
  EXPECT_THROW(made({relu, s, s, s}), BadInput);
  EXPECT_THROW(made({s}), BadInput);
  EXPECT_THROW(made({relu, s}), BadInput);
  EXPECT_NO_THROW(Network(2, {{0, 1, 1}}, {0, 0}, s, "test"));
}

}  // namespace
}  // namespace sparsio
