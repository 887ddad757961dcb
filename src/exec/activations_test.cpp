// Every engine on networks whose layers have activations of their own, against `reference`. Weights, biases and inputs
// are small multiples of powers of two, so every sum is exact in any order, and nothing is "near". It asserts:
// - values, categories and alive counts are equal to reference's in every track, on any panel and number of threads:
//   negative values, inputs that only have such, and a last layer of identity included;
// - an engine refuses what f(0, b) != 0 or its kernel forbid, in the shared words, and nothing else;
// - no value is -0, and what is no number is not zero; equal layers are kept as one activation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "exec/engine.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

enum class Biases { none, never_positive, any };

struct Example {
  std::string name;
  std::unique_ptr<GivenLayers> layers;
  Network network;
  Inputs inputs;
};

float power(RandomStream& random, bool only_negative) {
  constexpr float sizes[] = {0.5F, 1.0F};
  return sizes[random.below(2)] * (only_negative || random.below(2) == 0 ? -1.0F : 1.0F);
}

/// Targets share one of three lists of sources, or have one of their own; some are copies of the one before.
Layer random_layer(uint32_t sources, uint32_t targets, Activation activation, Biases biases, RandomStream& random) {
  Layer layer;
  layer.sources = sources;
  layer.targets = targets;
  layer.activation = activation;
  layer.begin = {0};
  const double density = std::min(1.0, 8.0 / sources);
  const auto draw = [&] {
    std::vector<uint32_t> list;
    for (uint32_t s = 0; s < sources; ++s)
      if (random.uniform() < density) list.push_back(s);
    return list;
  };
  const std::vector<uint32_t> kinds[] = {draw(), draw(), draw()};
  const bool has_twins = random.below(2) == 0;
  const bool only_negative = activation == Activation::identity && random.below(4) == 0;
  const float heavy = activation == Activation::challenge && random.below(3) == 0 ? 16.0F : 1.0F;
  for (uint32_t t = 0; t < targets; ++t) {
    if (t > 0 && random.below(4) == 0) {
      for (uint64_t k = layer.begin[t - 1], end = layer.begin[t]; k < end; ++k) {
        layer.source.push_back(layer.source[k]);
        layer.weight.push_back(layer.weight[k]);
      }
      layer.bias.push_back(layer.bias.back());
    } else {
      for (const uint32_t s : has_twins ? kinds[random.below(3)] : draw()) {
        layer.source.push_back(s);
        layer.weight.push_back(heavy * power(random, only_negative));
      }
      const float size = 0.25F * static_cast<float>(random.below(4));
      layer.bias.push_back(biases == Biases::none ? 0.0F : biases == Biases::never_positive ? -size : size - 0.25F);
    }
    layer.begin.push_back(layer.source.size());
  }
  return layer;
}

Inputs random_inputs(uint64_t count, uint32_t width, bool is_packed, RandomStream& random) {
  Inputs inputs{count, width, {}, {}, "generated"};
  if (is_packed)
    inputs.bits.assign(count * inputs.row_bytes(), 0);
  else
    inputs.values.assign(count * width, 0);
  for (uint64_t i = 0; i < count; ++i) {
    const double density = random.below(3) == 0 ? 0.01 : 0.4;  // some are empty, or nearly so
    for (uint32_t v = 0; v < width; ++v) {
      if (random.uniform() >= density) continue;
      if (is_packed)
        inputs.bits[i * inputs.row_bytes() + v / 8] |= static_cast<uint8_t>(0x80U >> (v % 8));
      else
        inputs.values[i * width + v] = 0.25F * static_cast<float>(1 + random.below(4));
    }
  }
  return inputs;
}

Example example(uint64_t item) {
  RandomStream random(23, item);
  const auto biases = static_cast<Biases>(item % 3);
  std::vector<Layer> layers;
  auto width = static_cast<uint32_t>(1 + random.below(item % 4 == 0 ? 300 : 40));
  const uint64_t depth = 1 + random.below(4);
  for (uint64_t l = 0; l < depth; ++l) {
    const Activation exact[] = {
        Activation::identity, Activation::relu, Activation::challenge, {ActivationKind::leaky_relu, 0.5F}};
    Activation activation = exact[random.below(std::size(exact))];
    if (l + 1 == depth && item % 2 == 0) activation = Activation::identity;
    // Where engines shall skip inputs of zeros, f(0, b) = 0.
    const bool keeps_negative = activation == Activation::identity || activation.kind == ActivationKind::leaky_relu;
    const Biases here = biases == Biases::never_positive && keeps_negative ? Biases::none : biases;
    const auto next = static_cast<uint32_t>(1 + random.below(40));
    layers.push_back(random_layer(width, next, activation, here, random));
    width = next;
  }
  auto source = std::make_unique<GivenLayers>(std::move(layers));
  Network network(*source, 1'000'000);
  Inputs inputs = random_inputs(1 + random.below(150), source->widths().front(), item % 5 < 2, random);
  return {"item " + std::to_string(item), std::move(source), std::move(network), std::move(inputs)};
}

constexpr uint64_t items = 120;

std::unique_ptr<Engine> prepared(const std::string& name, const Example& one, Track track, uint32_t panel,
                                 unsigned threads) {
  Plan plan;
  plan.network = &one.network;
  plan.layers = one.layers.get();
  plan.track = track;
  plan.panel = panel;
  plan.threads = threads;
  const auto& entry = Registry<EngineKind>::instance().find(name, "test");
  auto engine = entry.kind.make(Params(entry.kind.options, {}, name));
  engine->prepare(plan);
  return engine;
}

/// Some layer with `activation` (any, without one) has a bias of which that is true.
template <class IsSo>
bool has_bias(GivenLayers& layers, const IsSo& is_so) {
  layers.restart();
  for (Layer layer; layers.next(layer);)
    for (const float bias : layer.bias)
      if (is_so(layer.activation, bias)) return true;
  return false;
}

/// Words that a refusal of this must contain; "" if it must be run.
std::string refusal(const std::string& engine, Track track, GivenLayers& layers) {
  const bool skips = track == Track::value || track == Track::structure_value;
  if (skips && has_bias(layers, [](const Activation& a, float b) { return activate(a, 0.0, double{b}) != 0; }))
    return "an input of zeros does not stay zero, for f(0, ";
  const bool starts_at_bias = engine == "connection_list" || (engine == "graphblas" && track == Track::general);
  if (starts_at_bias &&
      has_bias(layers, [](const Activation& a, float b) { return a == Activation::challenge && b > 0; }))
    return "cannot see z = 0 under a positive bias";
  return "";
}

class EveryActivation : public testing::TestWithParam<std::string> {};

TEST_P(EveryActivation, IsRightInEveryLayerOfEveryTrack) {
  const std::string& name = GetParam();
  const auto tracks = Registry<EngineKind>::instance().find(name, "test").kind.tracks;
  constexpr uint32_t panels[] = {1, 7, 16, 17, 48, 100};
  uint64_t ran = 0;
  uint64_t negative = 0;
  for (uint64_t item = 0; item < items; ++item) {
    const Example one = example(item);
    const auto oracle = prepared("reference", one, Track::general, 1, 1);
    const Outcome want = oracle->run(one.inputs, Observe::values, {});
    const Outcome alive = oracle->run(one.inputs, Observe::alive, {});
    for (const double y : want.values) negative += y < 0 ? 1 : 0;
    for (const Track track : tracks) {
      const std::string place = one.name + " " + std::string(track_name(track));
      const std::string refused = refusal(name, track, *one.layers);
      std::vector<double> first;
      for (unsigned threads = 1; threads <= 3; threads += 2) {
        std::unique_ptr<Engine> engine;
        try {
          engine = prepared(name, one, track, panels[(item + threads) % std::size(panels)], threads);
        } catch (const Unsupported& reason) {
          ASSERT_NE(refused, "") << place << ": " << reason.what();
          ASSERT_NE(std::string(reason.what()).find(refused), std::string::npos) << place << ": " << reason.what();
          continue;
        }
        ASSERT_EQ(refused, "") << place << " is run";
        const Outcome got = engine->run(one.inputs, Observe::values, {});
        ASSERT_EQ(got.values, want.values) << place;
        ASSERT_EQ(got.categories, want.categories) << place;
        ASSERT_EQ(engine->run(one.inputs, Observe::alive, {}).alive, alive.alive) << place;
        ASSERT_LE(got.executed_edges, one.inputs.count * one.network.connections()) << place;
        for (const double y : got.values) ASSERT_FALSE(y == 0 && std::signbit(y) && name != "graphblas") << place;
        ++ran;
      }
    }
  }
  EXPECT_GE(ran, items / 2 * tracks.size());
  EXPECT_GE(negative, 1000U);
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryActivation, testing::ValuesIn(Registry<EngineKind>::instance().names()),
                         [](const auto& test) { return test.param; });

/// One column only has negative values, one only -0, one what is no number, one a value far down.
TEST(Activations, AnInputIsAliveIfAValueIsNotZero) {
  constexpr uint32_t rows = 100;
  constexpr uint32_t columns = 37;
  constexpr uint32_t stride = row_stride(columns);
  std::vector<float> panel(rows * stride, 0.0F);
  for (uint32_t v = 0; v < rows; ++v) {
    panel[v * stride + 3] = -1.0F;
    panel[v * stride + 4] = -0.0F;
  }
  panel[50 * stride + 20] = std::numeric_limits<float>::quiet_NaN();
  panel[99 * stride + 36] = -1e-40F;
  const Columns alive = alive_columns(panel.data(), {rows, nullptr}, stride, columns, Activation::identity);
  EXPECT_EQ(alive[0], (uint64_t{1} << 3) | (uint64_t{1} << 20) | (uint64_t{1} << 36));
  for (float& y : panel) y = std::abs(y);
  panel[50 * stride + 20] = 2;
  EXPECT_EQ(alive_columns(panel.data(), {rows, nullptr}, stride, columns, Activation::relu), alive);
}

TEST(Activations, SayWhatStaysZeroAndGiveNoNegativeZero) {
  EXPECT_TRUE(zeros_stay(Activation::identity, 0));
  EXPECT_TRUE(zeros_stay(Activation::identity, -0.0F));
  EXPECT_FALSE(zeros_stay(Activation::identity, -0.5F));
  EXPECT_TRUE(zeros_stay(Activation::relu, -0.5F));
  EXPECT_FALSE(zeros_stay(Activation::relu, 0.5F));
  EXPECT_TRUE(zeros_stay(Activation::challenge, 0.5F));
  for (const Activation one : all_activations()) {
    EXPECT_FALSE(std::signbit(activate(one, -0.0, -0.0)));
    EXPECT_EQ(parse_activation(activation_name(one), "test"), one);
    if (one.kind == ActivationKind::softmax) continue;  // what it is given are sums
    EXPECT_LE(activate(one, 1e30, 0.0), rule_of(one).cap);
    EXPECT_EQ(activate(one, -1.0, 0.0) < 0, rule_of(one).may_be_negative);
  }
  EXPECT_TRUE(std::isnan(activate(Activation::identity, std::numeric_limits<double>::quiet_NaN(), 0.0)));
  EXPECT_THROW(parse_activation("rely", "test"), BadInput);
}

TEST(Activations, AnEngineThatLacksOneSaysWhichItHas) {
  const std::vector<ActivationKind> has = {ActivationKind::identity, ActivationKind::relu};
  check_activation(Activation::relu, has, "half");
  try {
    check_activation(Activation::challenge, has, "half");
    FAIL();
  } catch (const Unsupported& reason) {
    EXPECT_EQ(std::string(reason.what()), "half has no activation challenge; it has: identity relu");
  }
}

}  // namespace
}  // namespace sparsio
