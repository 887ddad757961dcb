// One prepared engine, call after call: buffers are kept and not cleared, and a call on a few inputs fills only what it
// needs. It asserts of every engine that promises anything about its bits, in each of its tracks: what a call gives is,
// to the last bit, what a new engine gives, whatever was called before: more inputs, fewer, held as bits or as floats,
// with infinities that must not leak from columns that nobody looks at. Odd widths, more inputs than a panel.
#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "base/random.hpp"
#include "exec/engine.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

std::vector<Layer> random_layers(RandomStream& random) {
  std::vector<Layer> layers;
  auto width = static_cast<uint32_t>(1 + random.below(90));
  for (int l = 0; l < 3; ++l) {
    Layer layer;
    layer.sources = width;
    layer.targets = width = static_cast<uint32_t>(1 + random.below(90));
    layer.activation = parse_activation(l == 1 ? "relu" : "tanh", "test");
    layer.begin.assign(1, 0);
    for (uint32_t t = 0; t < layer.targets; ++t) {
      for (uint32_t s = 0; s < layer.sources; ++s)
        if (random.uniform() < 0.3) {
          layer.source.push_back(s);
          layer.weight.push_back(static_cast<float>(random.uniform(-0.2, 0.3)));
        }
      layer.begin.push_back(layer.source.size());
      layer.bias.push_back(static_cast<float>(random.uniform(-0.2, 0)));
    }
    layers.push_back(std::move(layer));
  }
  return layers;
}

enum class Values { bits, floats, infinities };

Inputs some_inputs(uint64_t count, uint32_t width, Values values, RandomStream& random) {
  Inputs inputs{count, width, {}, {}, "generated"};
  if (values == Values::bits) inputs.bits.assign(count * inputs.row_bytes(), 0);
  for (uint64_t i = 0; i < count; ++i)
    for (uint32_t v = 0; v < width; ++v) {
      const bool is_zero = random.below(3) == 0;
      if (values == Values::bits)
        inputs.bits[i * inputs.row_bytes() + v / 8] |= static_cast<uint8_t>(is_zero ? 0 : 128 >> v % 8);
      else if (values == Values::infinities && random.below(5) == 0)
        inputs.values.push_back(std::numeric_limits<float>::infinity());
      else
        inputs.values.push_back(is_zero ? 0.0F : static_cast<float>(random.uniform()));
    }
  return inputs;
}

/// null where the engine does not take the network.
std::unique_ptr<Engine> prepared(const EngineKind& kind, const Plan& plan) {
  auto engine = kind.make(Params(kind.options, {}, "test"));
  try {
    engine->prepare(plan);
  } catch (const Unsupported&) {
    return nullptr;
  }
  return engine;
}

class Calls : public testing::TestWithParam<std::string> {};

TEST_P(Calls, GiveWhatANewEngineGives) {
  const EngineKind& kind = Registry<EngineKind>::instance().find(GetParam(), "test").kind;
  if (kind.bits.empty()) GTEST_SKIP() << "it promises no bits";
  const std::pair<uint64_t, Values> calls[] = {{3, Values::bits},        {4, Values::floats}, {130, Values::infinities},
                                               {2, Values::bits},        {1, Values::floats}, {70, Values::bits},
                                               {20, Values::infinities}, {9, Values::floats}, {64, Values::floats},
                                               {17, Values::bits}};
  for (uint64_t item = 0; item < 6; ++item)
    for (const Track track : kind.tracks) {
      RandomStream random(51, item);
      GivenLayers layers(random_layers(random));
      const Network network(layers, 1'000'000);
      Plan plan;
      plan.network = &network;
      plan.layers = &layers;
      plan.track = track;
      plan.panel = item % 2 == 0 ? 64 : 100;
      const auto used = prepared(kind, plan);
      if (used == nullptr) continue;
      for (const auto& [count, values] : calls) {
        const Inputs inputs = some_inputs(count, layers.widths().front(), values, random);
        const Outcome want = prepared(kind, plan)->run(inputs, Observe::values, {});
        const Outcome got = used->run(inputs, Observe::values, {});
        ASSERT_EQ(got.categories, want.categories) << track_name(track) << " item " << item << ", " << count;
        ASSERT_EQ(got.values.size(), want.values.size());
        for (size_t k = 0; k < want.values.size(); ++k)
          ASSERT_EQ(std::bit_cast<uint64_t>(got.values[k]), std::bit_cast<uint64_t>(want.values[k]))
              << track_name(track) << " item " << item << ", " << count << " inputs, value " << k;
      }
    }
}

INSTANTIATE_TEST_SUITE_P(Registry, Calls, testing::ValuesIn(Registry<EngineKind>::instance().names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace sparsio
