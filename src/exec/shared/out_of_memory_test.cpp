// Memory that is not there is an exception of the caller, on whichever thread it is missed. It asserts, of every
// engine, in every track, held whole and layer by layer: whichever request for memory a run is refused, the run throws
// std::bad_alloc and the program lives; the same engine then gives what it gave before. (And of the counting itself:
// requests are counted, large ones apart, the one that is to be refused is, and afterwards none is.)
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "exec/engine.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/shared/allocations_fixture.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

TEST(AllocationsUnderTest, CountsAndRefuses) {
  SKIP_WHERE_ALLOCATIONS_ARE_UNSEEN();
  AlignedVector<float> large;
  std::vector<int> small;
  {
    const AllocationsUnderTest allocations(2, 4000);
    large.resize(1000);
    small.resize(3);
    EXPECT_THROW(small.resize(1000), std::bad_alloc);
    small.resize(30);
    EXPECT_EQ(allocations.requests(), 4U);
    EXPECT_EQ(allocations.large_requests(), 2U);
  }
  EXPECT_NO_THROW(small.resize(2000));
}

constexpr uint32_t width = 24;

/// Every second input dies at once and the others one layer after the other, so that columns wait.
GivenLayers thinning(RandomStream& random) {
  std::vector<Layer> layers;
  for (int l = 0; l < 4; ++l) {
    Layer layer{width, width, {0}, {}, {}, std::vector<float>(width, -0.3F)};
    for (uint32_t t = 0; t < width; ++t) {
      for (uint32_t s = 0; s < width; ++s) {
        if (random.uniform() >= 0.3) continue;
        layer.source.push_back(s);
        layer.weight.push_back(static_cast<float>(random.uniform(-0.5, 0.6)));
      }
      layer.begin.push_back(layer.source.size());
    }
    layers.push_back(std::move(layer));
  }
  return {std::move(layers), Activation::relu};
}

Inputs some_inputs(RandomStream& random) {
  Inputs inputs{40, width, {}, {}, "generated"};
  inputs.bits.assign(inputs.count * inputs.row_bytes(), 0);
  for (uint64_t i = 0; i < inputs.count; i += 2)
    for (uint64_t b = 0; b < inputs.row_bytes(); ++b)
      inputs.bits[i * inputs.row_bytes() + b] = static_cast<uint8_t>(random.below(256));
  return inputs;
}

class OutOfMemory : public testing::TestWithParam<std::string> {};

void refuse_each(Engine& engine, const Inputs& inputs, Observe observe, const std::string& place) {
  const Outcome want = engine.run(inputs, observe, {});
  uint64_t refused = 0;
  for (bool is_refused = true; is_refused; ++refused) {
    const AllocationsUnderTest allocations(refused);
    try {
      engine.run(inputs, observe, {});
      is_refused = allocations.requests() > refused;
      EXPECT_FALSE(is_refused) << place << " took no notice of request " << refused;
    } catch (const std::bad_alloc&) {
    }
  }
  const Outcome again = engine.run(inputs, observe, {});
  EXPECT_EQ(again.categories, want.categories) << place;
  EXPECT_EQ(again.values, want.values) << place;
}

TEST_P(OutOfMemory, IsThrownByWhicheverThreadMissesIt) {
  SKIP_WHERE_ALLOCATIONS_ARE_UNSEEN();
  RandomStream random(17, 1);
  GivenLayers layers = thinning(random);
  const Network network(layers, 1'000'000);
  const Inputs inputs = some_inputs(random);
  const auto& entry = Registry<EngineKind>::instance().find(GetParam(), "test");
  for (const Track track : entry.kind.tracks) {
    for (const Network* const whole : {&network, static_cast<const Network*>(nullptr)}) {
      Plan plan;
      plan.network = whole;
      plan.layers = &layers;
      plan.panel = 4;
      plan.threads = 2;
      plan.track = track;
      const auto engine = entry.kind.make(Params(entry.kind.options, {}, entry.name));
      const std::string place =
          entry.name + " " + std::string(track_name(track)) + (whole == nullptr ? " by layers" : " held whole");
      try {
        engine->prepare(plan);
      } catch (const Unsupported&) {
        continue;
      }
      for (const Observe observe : {Observe::categories, Observe::alive, Observe::values})
        refuse_each(*engine, inputs, observe, place);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, OutOfMemory, testing::ValuesIn(Registry<EngineKind>::instance().names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace sparsio
