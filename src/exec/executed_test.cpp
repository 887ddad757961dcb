// What engines say they have executed in the tracks that leave work out, against counts by the rules on small networks,
// one input a panel so that nobody waits for company:
// - structure: the connections of the network whose equal neurons are one, for every input;
// - value: those of the layers that an input reaches alive;
// - structure+value: both at once. (graphblas skips by value, not by input: graphblas_test. No value here is 32, which
//   some kernels finish early.)
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/random.hpp"
#include "exec/engine.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

/// Targets of few kinds, with weights in quarters, so that sums are exact and layers have twins of twins.
Layer layer_with_twins(uint32_t sources, uint32_t targets, RandomStream& random) {
  std::vector<std::map<uint32_t, float>> kinds(3);
  for (auto& kind : kinds)
    for (uint32_t s = 0; s < sources; ++s)
      if (random.below(4) == 0) kind[s] = static_cast<float>(random.below(9)) / 4 - 1;
  Layer layer{sources, targets, {0}, {}, {}, {}};
  for (uint32_t t = 0; t < targets; ++t) {
    for (const auto& [source, weight] : kinds[random.below(kinds.size())]) {
      layer.source.push_back(source);
      layer.weight.push_back(weight);
    }
    layer.bias.push_back(random.below(2) == 0 ? 0.0F : -0.25F);
    layer.begin.push_back(layer.source.size());
  }
  return layer;
}

/// Connections of each layer once equal neurons are one: of targets, each kind once; of a target, each kind of source.
std::vector<uint64_t> merged_connections(const std::vector<Layer>& layers) {
  std::vector<uint64_t> counts;
  std::vector<size_t> kind_of(layers.front().sources);
  for (size_t s = 0; s < kind_of.size(); ++s) kind_of[s] = s;
  for (const Layer& layer : layers) {
    std::map<std::pair<float, std::map<size_t, float>>, size_t> kinds;
    std::vector<size_t> kind_of_target;
    uint64_t connections = 0;
    for (uint32_t t = 0; t < layer.targets; ++t) {
      std::map<size_t, float> row;
      for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k) row[kind_of[layer.source[k]]] += layer.weight[k];
      const auto [kind, is_new] = kinds.try_emplace({layer.bias[t], row}, kinds.size());
      if (is_new) connections += row.size();
      kind_of_target.push_back(kind->second);
    }
    counts.push_back(connections);
    kind_of = std::move(kind_of_target);
  }
  return counts;
}

/// How many layers an input is alive before, the first always.
size_t layers_reached(const std::vector<Layer>& layers, std::vector<float> x) {
  for (size_t l = 0; l < layers.size(); ++l) {
    std::vector<float> y;
    bool is_alive = false;
    for (uint32_t t = 0; t < layers[l].targets; ++t) {
      float sum = layers[l].bias[t];
      for (uint64_t k = layers[l].begin[t]; k < layers[l].begin[t + 1]; ++k)
        sum += layers[l].weight[k] * x[layers[l].source[k]];
      y.push_back(std::max(0.0F, sum));
      is_alive = is_alive || y.back() != 0;
    }
    if (!is_alive) return l + 1;
    x = std::move(y);
  }
  return layers.size();
}

TEST(Executed, IsCountedAsTheTracksSay) {
  std::set<std::string> counted;
  uint64_t skipped_by_value = 0;
  uint64_t merged_away = 0;
  for (uint64_t item = 0; item < 40; ++item) {
    RandomStream random(17, item);
    std::vector<Layer> layers;
    uint32_t width = 5 + static_cast<uint32_t>(random.below(20));
    const uint32_t inputs_wide = width;
    for (int l = 0; l < 4; ++l) {
      layers.push_back(layer_with_twins(width, 5 + static_cast<uint32_t>(random.below(20)), random));
      width = layers.back().targets;
    }
    Inputs inputs{30, inputs_wide, {}, std::vector<float>(uint64_t{30} * inputs_wide), "generated"};
    for (float& x : inputs.values) x = random.below(6) == 0 ? 0.25F * static_cast<float>(1 + random.below(4)) : 0.0F;

    const std::vector<uint64_t> merged = merged_connections(layers);
    std::map<Track, uint64_t> want;
    for (uint64_t i = 0; i < inputs.count; ++i) {
      const auto row = inputs.values.begin() + static_cast<std::ptrdiff_t>(i * inputs_wide);
      const size_t reached = layers_reached(layers, {row, row + inputs_wide});
      for (size_t l = 0; l < layers.size(); ++l) {
        want[Track::structure] += merged[l];
        merged_away += layers[l].connections() - merged[l];
        if (l >= reached) skipped_by_value += layers[l].connections();
        if (l >= reached) continue;
        want[Track::value] += layers[l].connections();
        want[Track::structure_value] += merged[l];
      }
    }
    GivenLayers given(layers, Activation::relu);
    for (const auto& entry : Registry<EngineKind>::instance().entries()) {
      if (entry.name == "graphblas" || entry.name == "auto") continue;
      for (const Track track : entry.kind.tracks) {
        if (track == Track::general) continue;
        Plan plan;
        plan.layers = &given;
        plan.panel = 1;
        plan.threads = 1 + static_cast<unsigned>(item % 2);
        plan.track = track;
        auto engine = entry.kind.make(Params(entry.kind.options, {}, entry.name));
        engine->prepare(plan);
        EXPECT_EQ(engine->run(inputs, Observe::categories, {}).executed_edges, want[track])
            << entry.name << " " << track_name(track) << " item " << item;
        counted.insert(entry.name + " " + std::string(track_name(track)));
      }
    }
  }
  EXPECT_GE(counted.size(), 6U);
  EXPECT_GT(skipped_by_value, 1000U);
  EXPECT_GT(merged_away, 1000U);
}

}  // namespace
}  // namespace sparsio
