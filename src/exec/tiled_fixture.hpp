// tiled_fixture: small random networks and inputs, and what an engine makes of them.
#pragma once

#include <bit>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "exec/kernel/kernel.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {

inline Layer deep_layer(uint32_t sources, RandomStream& random) {
  Layer layer;
  layer.sources = sources;
  layer.targets = static_cast<uint32_t>(1 + random.below(70));
  layer.begin.assign(1, 0);
  const uint64_t twins = 1 + random.below(20);
  std::vector<uint32_t> list;
  for (uint32_t t = 0; t < layer.targets; ++t) {
    if (t % twins == 0) {
      list.clear();
      for (uint32_t s = 0; s < sources; ++s)
        if (random.uniform() < 0.15) list.push_back(s);
    }
    for (const uint32_t s : list) {
      layer.source.push_back(s);
      layer.weight.push_back(static_cast<float>(random.uniform(-0.3, 0.6)));
    }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(static_cast<float>(random.uniform(-0.2, 0)));
  }
  return layer;
}

struct DeepExample {
  std::vector<Layer> layers;
  Inputs inputs;
};

/// Every third one has activations that are no clips, or differ from layer to layer.
inline DeepExample deep_example(uint64_t item) {
  RandomStream random(71, item);
  DeepExample one;
  auto width = static_cast<uint32_t>(1 + random.below(90));
  one.inputs = {1 + random.below(150), width, {}, {}, "generated"};
  for (uint64_t l = 2 + random.below(6); l > 0; --l) {
    one.layers.push_back(deep_layer(width, random));
    one.layers.back().activation = item % 3 == 2   ? all_activations()[random.below(all_activations().size())]
                                   : item % 2 == 0 ? Activation::challenge
                                                   : Activation::relu;
    width = one.layers.back().targets;
  }
  Inputs& inputs = one.inputs;
  if (item % 2 == 0) {
    inputs.bits.resize(inputs.count * inputs.row_bytes());
    for (uint64_t i = 0; i < inputs.count; ++i)
      for (uint32_t v = 0; v < inputs.width; ++v)
        if (i % 3 > 0 && random.below(3) == 0)
          inputs.bits[i * inputs.row_bytes() + v / 8] |= static_cast<uint8_t>(0x80U >> (v % 8));
  } else {
    inputs.values.resize(inputs.count * inputs.width);
    for (float& value : inputs.values) value = random.below(2) == 0 ? 0.0F : static_cast<float>(random.uniform());
  }
  return one;
}

struct DeepAnswer {
  std::vector<double> values;
  std::vector<uint64_t> categories;
  std::vector<uint64_t> alive;
  std::string note;
};

inline DeepAnswer answer(Engine& engine, const DeepExample& one, Plan plan) {
  GivenLayers layers(one.layers);
  plan.layers = &layers;
  engine.prepare(plan);
  const Outcome got = engine.run(one.inputs, Observe::values, {});
  return {got.values, got.categories, engine.run(one.inputs, Observe::alive, {}).alive, engine.note()};
}

/// None where the network is not taken in that track.
inline std::optional<DeepAnswer> answer(const std::string& spec, const DeepExample& one, const Plan& plan) {
  const auto kind = resolve<EngineKind>(spec, "test");
  try {
    return answer(*kind.kind().make(kind.params), one, plan);
  } catch (const Unsupported& reason) {
    if (std::string(reason.what()).find("depth") != std::string::npos) throw;
    return std::nullopt;
  }
}

inline bool is_same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return std::bit_cast<uint64_t>(x) == std::bit_cast<uint64_t>(y); });
}

inline std::vector<std::string> block_kernels() {
  std::vector<std::string> names;
  for (const auto& entry : Registry<KernelKind>::instance().entries())
    if (entry.kind.runs_blocks) names.push_back(entry.name);
  return names;
}

}  // namespace sparsio
