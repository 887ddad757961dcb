// model_fixture: networks, inputs and partitions for the driver `model`. For tests.
#pragma once

#include <string>
#include <vector>

#include "base/spec.hpp"
#include "driver/driver.hpp"
#include "net/given_layers.hpp"
#include "part/partitioner.hpp"
#include "part/shared/random_layers_fixture.hpp"

namespace sparsio {

/// Odd widths, twins, rows and sources without connections, weights of both signs. Every third one ends in softmax, and
/// every other one has curves.
inline GivenLayers network_at_random(uint64_t seed, uint32_t widest = 40) {
  GivenLayers drawn = layers_at_random(seed, widest);
  RandomStream random(seed, 77);
  std::vector<Layer> layers;
  for (Layer layer; drawn.next(layer);) {
    for (float& weight : layer.weight) weight = static_cast<float>(random.uniform(-0.4, 0.6));
    for (float& bias : layer.bias) bias = static_cast<float>(random.uniform(-0.1, 0.1));
    if (seed % 2 == 1) layer.activation = parse_activation("tanh", "test");
    layers.push_back(layer);
  }
  if (seed % 3 == 2) layers.back().activation = parse_activation("softmax", "test");
  return GivenLayers(std::move(layers));
}

inline Inputs inputs_at_random(uint64_t seed, uint64_t count, uint32_t width) {
  RandomStream random(seed, 78);
  Inputs inputs{count, width, {}, {}, "generated"};
  if (seed % 4 < 2) {
    inputs.bits.assign(count * inputs.row_bytes(), 0);
    for (uint64_t i = 0; i < count; ++i)
      for (uint32_t v = 0; v < width; ++v)
        if (random.below(3) == 0) inputs.bits[i * inputs.row_bytes() + v / 8] |= static_cast<uint8_t>(0x80 >> v % 8);
    return inputs;
  }
  for (uint64_t k = 0; k < count * width; ++k)
    inputs.values.push_back(random.below(4) == 0 ? 0.0F : static_cast<float>(random.uniform()));
  return inputs;
}

inline Partition partition_by(const std::string& spec, LayerSource& network, int parts) {
  const auto partitioner = resolve<PartitionerKind>(spec, "test");
  return partition(partitioner.kind(), network, static_cast<uint32_t>(parts), partitioner.params);
}

inline std::unique_ptr<Engine> engine_of(const std::string& spec) {
  const auto engine = resolve<EngineKind>(spec, "test");
  return engine.kind().make(engine.params);
}

inline std::unique_ptr<Engine> model_of(Communicator& ranks, const std::string& engine) {
  const auto driver = resolve<DriverKind>("model", "test");
  return driver.kind().make(
      ranks, [&] { return engine_of(engine); }, driver.params);
}

inline Plan plan_of(LayerSource& network, uint32_t panel, const Partition* partition) {
  Plan plan;
  plan.layers = &network;
  plan.panel = panel;
  plan.partition = partition;
  return plan;
}

}  // namespace sparsio
