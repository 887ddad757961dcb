// needs: graphblas
// What graphblas says it has executed in the track `value`, against a count by the rule: for every value that is not
// zero, the connections out of its neuron. It asserts that the first run on some inputs says so, that later runs, which
// do not count, say the same, and that other inputs in the same memory are counted anew.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"
#include "exec/engine.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

constexpr uint32_t width = 30;
constexpr uint64_t count = 50;

std::vector<Layer> sparse_layers(RandomStream& random) {
  std::vector<Layer> layers;
  for (int l = 0; l < 4; ++l) {
    Layer layer{width, width, {0}, {}, {}, std::vector<float>(width, -0.25F)};
    for (uint32_t t = 0; t < width; ++t) {
      for (uint32_t s = 0; s < width; ++s) {
        if (random.uniform() >= 0.2) continue;
        layer.source.push_back(s);
        layer.weight.push_back(random.below(3) == 0 ? -0.5F : 0.5F);  // sums are exact
      }
      layer.begin.push_back(layer.source.size());
    }
    layers.push_back(std::move(layer));
  }
  return layers;
}

void fill(Inputs& inputs, RandomStream& random) {
  for (uint8_t& byte : inputs.bits) byte = static_cast<uint8_t>(random.below(256) & random.below(256));
}

uint64_t counted_by_the_rule(const std::vector<Layer>& layers, const Inputs& inputs) {
  uint64_t executed = 0;
  for (uint64_t i = 0; i < inputs.count; ++i) {
    std::vector<float> x(width);
    for (uint32_t v = 0; v < width; ++v) x[v] = inputs.at(i, v);
    for (const Layer& layer : layers) {
      std::vector<float> y(width);
      for (uint32_t t = 0; t < width; ++t) {
        float sum = 0;
        for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k) {
          executed += x[layer.source[k]] != 0 ? 1 : 0;
          sum += layer.weight[k] * x[layer.source[k]];
        }
        y[t] = sum == 0 ? 0 : std::max(0.0F, sum + layer.bias[t]);
      }
      x.swap(y);
    }
  }
  return executed;
}

TEST(GraphBlas, SaysWhatItExecutedWhetherItCountsOrNot) {
  RandomStream random(19, 1);
  const std::vector<Layer> made = sparse_layers(random);
  GivenLayers layers(made, Activation::relu);
  Plan plan;
  plan.layers = &layers;
  plan.threads = 2;
  plan.track = Track::value;
  const auto& entry = Registry<EngineKind>::instance().find("graphblas", "test");
  const auto engine = entry.kind.make(Params(entry.kind.options, {}, entry.name));
  engine->prepare(plan);
  Inputs inputs{count, width, std::vector<uint8_t>(count * ((width + 7) / 8)), {}, "generated"};
  std::vector<uint64_t> counts;
  for (int filling = 0; filling < 3; ++filling) {
    fill(inputs, random);
    const uint64_t want = counted_by_the_rule(made, inputs);
    for (int repeat = 0; repeat < 3; ++repeat)
      EXPECT_EQ(engine->run(inputs, Observe::categories, {}).executed_edges, want) << filling << " " << repeat;
    counts.push_back(want);
  }
  EXPECT_NE(counts[0], counts[1]);
}

}  // namespace
}  // namespace sparsio
