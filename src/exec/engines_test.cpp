// Every engine against `reference`, the dumb one, on layered networks of odd sizes:
// - values within the error that float can make, categories and alive counts equal, in every track it has;
// - where OpenMP grants fewer threads than asked, the same bits (what else they depend on: same_bits_test);
// - what it counts as executed is what the track says; its trace touches every weight of the network;
// - all of that also where there is nothing: layers without connections, targets without sources wherever they stand,
//   neurons that nobody reads, layers of one neuron, inputs that are all dead.
#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <numeric>

#include "base/random.hpp"
#include "driver/shared/verify.hpp"
#include "exec/engine.hpp"
#include "exec/shared/trace.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

using Make = Layer (*)(uint32_t sources, uint32_t targets, RandomStream& random);

/// Biases are never positive, as the value track wants them.
Layer sized(uint32_t sources, uint32_t targets, RandomStream& random) {
  Layer layer;
  layer.sources = sources;
  layer.targets = targets;
  layer.begin.assign(1, 0);
  for (uint32_t t = 0; t < targets; ++t) layer.bias.push_back(static_cast<float>(random.uniform(-0.2, 0)));
  return layer;
}

void add_row(Layer& layer, const std::vector<uint32_t>& sources, RandomStream& random) {
  for (const uint32_t s : sources) {
    layer.source.push_back(s);
    // Mostly positive, so that rounding does not grow by cancellation.
    layer.weight.push_back(static_cast<float>(random.uniform(-0.1, 1)));
  }
  layer.begin.push_back(layer.source.size());
}

std::vector<uint32_t> some_of(uint32_t count, double density, RandomStream& random) {
  std::vector<uint32_t> chosen;
  for (uint32_t s = 0; s < count; ++s)
    if (random.uniform() < density) chosen.push_back(s);
  return chosen;
}

Layer unstructured(uint32_t sources, uint32_t targets, RandomStream& random) {
  Layer layer = sized(sources, targets, random);
  for (uint32_t t = 0; t < targets; ++t) add_row(layer, some_of(sources, 0.3, random), random);
  return layer;
}

/// Three kinds of targets by their sources, all of them with weights of their own.
Layer twins(uint32_t sources, uint32_t targets, RandomStream& random) {
  Layer layer = sized(sources, targets, random);
  std::vector<std::vector<uint32_t>> kinds;
  for (int kind = 0; kind < 3; ++kind) kinds.push_back(some_of(sources, 0.4, random));
  for (uint32_t t = 0; t < targets; ++t) add_row(layer, kinds[random.below(3)], random);
  return layer;
}

/// Few distinct targets, each several times, so that merged neurons meet in the next layer.
Layer copies(uint32_t sources, uint32_t targets, RandomStream& random) {
  const Layer few = unstructured(sources, (targets + 3) / 4, random);
  Layer layer = sized(sources, targets, random);
  for (uint32_t t = 0; t < targets; ++t) {
    const uint64_t kind = random.below(few.targets);
    layer.bias[t] = few.bias[kind];
    for (uint64_t k = few.begin[kind]; k < few.begin[kind + 1]; ++k) {
      layer.source.push_back(few.source[k]);
      layer.weight.push_back(few.weight[k]);
    }
    layer.begin.push_back(layer.source.size());
  }
  return layer;
}

/// So heavy that what lives is at the cap soon; one layer in five is light again, so saturation may end.
Layer saturating(uint32_t sources, uint32_t targets, RandomStream& random) {
  Layer layer = sized(sources, targets, random);
  const bool is_light = random.below(5) == 0;
  for (uint32_t t = 0; t < targets; ++t) {
    const uint64_t before = layer.weight.size();
    auto list = some_of(sources, 0.3, random);
    if (list.empty()) list.push_back(0);
    add_row(layer, list, random);
    for (uint64_t k = before; k < layer.weight.size(); ++k) layer.weight[k] = is_light ? 0.05F : 2.0F;
  }
  return layer;
}

/// Under positive biases a sum of zero matters: the challenge's rule makes it 0.
Layer uplifted(uint32_t sources, uint32_t targets, RandomStream& random) {
  Layer layer = twins(sources, targets, random);
  for (float& b : layer.bias) b = 0.15F + b;
  return layer;
}

Inputs random_inputs(uint64_t count, uint32_t width, bool is_packed, RandomStream& random) {
  Inputs inputs{count, width, {}, {}, "generated"};
  inputs.bits.assign(count * inputs.row_bytes(), 0);
  if (!is_packed) inputs.values.assign(count * width, 0);
  for (uint64_t i = 0; i < count; ++i) {
    // Some inputs are empty or nearly so, and die.
    const double density = random.below(3) == 0 ? 0.02 : 0.4;
    for (uint32_t v = 0; v < width; ++v) {
      if (random.uniform() >= density) continue;
      if (is_packed)
        inputs.bits[i * inputs.row_bytes() + v / 8] |= static_cast<uint8_t>(0x80U >> (v % 8));
      else
        inputs.values[i * width + v] = static_cast<float>(random.uniform());
    }
  }
  if (!is_packed) inputs.bits.clear();
  return inputs;
}

struct Example {
  std::string name;
  std::unique_ptr<GivenLayers> layers;
  Network network;
  Inputs inputs;
};

Example example(Make make, const std::string& name, Activation activation, bool is_packed, uint64_t item) {
  RandomStream random(11, item);
  std::vector<Layer> layers;
  auto width = static_cast<uint32_t>(1 + random.below(item % 3 == 0 ? 700 : 90));
  const uint64_t depth = 1 + random.below(7);
  for (uint64_t l = 0; l < depth; ++l) {
    const auto next = static_cast<uint32_t>(1 + random.below(90));
    layers.push_back(make(width, next, random));
    width = next;
  }
  auto source = std::make_unique<GivenLayers>(std::move(layers), activation);
  Network network(*source, 1'000'000);
  Inputs inputs = random_inputs(1 + random.below(230), source->widths().front(), is_packed, random);
  return {name, std::move(source), std::move(network), std::move(inputs)};
}

/// `targets` rows of which those in [first, last) have no sources; the others are twins, in eights and alone.
Layer hollow(uint32_t sources, uint32_t targets, uint32_t first, uint32_t last, RandomStream& random) {
  Layer layer = sized(sources, targets, random);
  std::vector<uint32_t> shared;
  for (uint32_t t = 0; t < targets; ++t) {
    if (t % 8 == 0) shared = some_of(sources, 0.3, random);
    const bool is_empty = t >= first && t < last;
    add_row(layer, is_empty ? std::vector<uint32_t>{} : shared, random);
  }
  return layer;
}

/// Networks full of holes: each layer is hollow in front, in the middle, at the end or altogether.
Example hollow_example(uint64_t item) {
  RandomStream random(13, item);
  constexpr uint32_t widths[] = {1, 2, 8, 16, 17, 33, 64};
  const auto any_width = [&] { return widths[random.below(std::size(widths))]; };
  std::vector<Layer> layers;
  uint32_t width = any_width();
  const uint64_t depth = 1 + random.below(5);
  for (uint64_t l = 0; l < depth; ++l) {
    const uint32_t next = any_width();
    const uint32_t part = (next + 2) / 3;
    const std::pair<uint32_t, uint32_t> holes[] = {
        {0, part}, {part, std::min(next, 2 * part)}, {next - part, next}, {0, next}, {0, 0}, {0, 0}};
    const auto [first, last] = holes[random.below(std::size(holes))];
    layers.push_back(hollow(width, next, first, last, random));
    if (item % 3 == 0)
      for (float& b : layers.back().bias) b = 0;
    width = next;
  }
  const Activation activation = item % 2 == 0 ? Activation::challenge : Activation::relu;
  auto source = std::make_unique<GivenLayers>(std::move(layers), activation);
  Network network(*source, 1'000'000);
  Inputs inputs = random_inputs(1 + random.below(130), source->widths().front(), item % 4 < 2, random);
  if (item % 5 == 0) {  // all dead
    std::fill(inputs.bits.begin(), inputs.bits.end(), uint8_t{0});
    std::fill(inputs.values.begin(), inputs.values.end(), 0.0F);
  }
  return {"hollow " + std::to_string(item), std::move(source), std::move(network), std::move(inputs)};
}

std::vector<Example> hollow_examples() {
  std::vector<Example> list;
  for (uint64_t item = 0; item < 60; ++item) list.push_back(hollow_example(item));
  return list;
}

std::vector<Example> examples() {
  const std::pair<Make, const char*> makes[] = {{unstructured, "unstructured"},
                                                {twins, "twins"},
                                                {copies, "copies"},
                                                {saturating, "saturating"},
                                                {uplifted, "uplifted"}};
  std::vector<Example> list;
  uint64_t item = 0;
  for (const auto& [make, name] : makes)
    for (const Activation activation : {Activation::challenge, Activation::relu})
      for (int round = 0; round < 4; ++round) list.push_back(example(make, name, activation, round % 2 == 0, item++));
  return list;
}

Plan plan_of(const Example& one, Track track, uint32_t panel, unsigned threads) {
  Plan plan;
  plan.network = &one.network;
  plan.layers = one.layers.get();
  plan.panel = panel;
  plan.threads = threads;
  plan.track = track;
  return plan;
}

std::unique_ptr<Engine> prepared(const Registry<EngineKind>::Entry& entry, const Plan& plan) {
  auto engine = entry.kind.make(Params(entry.kind.options, {}, entry.name));
  engine->prepare(plan);
  return engine;
}

/// With bounds.
Outcome reference_on(const Plan& plan, const Inputs& inputs) {
  Plan plain = plan;
  plain.track = Track::general;
  return prepared(Registry<EngineKind>::instance().find("reference", "test"), plain)->run(inputs, Observe::bounds, {});
}

/// Every value within its bound, and the categories that the values decide.
void expect_right(const Outcome& got, const Outcome& want, uint64_t count, const std::string& place) {
  std::vector<uint64_t> all(count);
  std::iota(all.begin(), all.end(), uint64_t{0});
  const Verdict verdict = verdict_on(got.values, want, count);
  EXPECT_EQ(verdict.status, "ok") << place << ": " << verdict.words;
  EXPECT_EQ(categories_against(got.categories, want, all), "") << place;
}

class EveryEngine : public testing::TestWithParam<std::string> {
 protected:
  const Registry<EngineKind>::Entry& entry() const { return Registry<EngineKind>::instance().find(GetParam(), "test"); }
};

/// How many outcomes were compared with categories and alive counts.
uint64_t expect_agreement(const Registry<EngineKind>::Entry& entry, const std::vector<Example>& list) {
  const auto& reference = Registry<EngineKind>::instance().find("reference", "test");
  const uint32_t panels[] = {1, 2, 7, 16, 17, 33, 48, 64, 100};
  uint64_t at = 0;
  uint64_t compared = 0;
  for (const Example& one : list) {
    const Plan plain = plan_of(one, Track::general, 1, 1);
    const Outcome want = reference_on(plain, one.inputs);
    const Outcome alive = prepared(reference, plain)->run(one.inputs, Observe::alive, {});
    for (const Track track : entry.kind.tracks) {
      const uint32_t panel = panels[at % std::size(panels)];
      const auto threads = static_cast<unsigned>(1 + at++ % 3);
      const std::string place = one.name + " " + std::string(track_name(track)) + " panel " + std::to_string(panel);
      std::unique_ptr<Engine> engine;
      try {
        engine = prepared(entry, plan_of(one, track, panel, threads));
      } catch (const Unsupported&) {
        EXPECT_EQ(one.name, "uplifted") << place;  // some engines do not take positive biases
        continue;
      }
      const Outcome got = engine->run(one.inputs, Observe::values, {});
      expect_right(got, want, one.inputs.count, place);
      EXPECT_EQ(engine->run(one.inputs, Observe::alive, {}).alive, alive.alive) << place;
      ++compared;
      const uint64_t nominal = one.inputs.count * one.network.connections();
      if (track == Track::general)
        EXPECT_EQ(got.executed_edges, nominal) << place;
      else
        EXPECT_LE(got.executed_edges, nominal) << place;
      EXPECT_EQ(engine->cost().connections, one.network.connections()) << place;
      if (testing::Test::HasFailure()) return compared;
    }
  }
  return compared;
}

TEST_P(EveryEngine, AgreesWithReferenceInEveryTrackOnAnyPanelAndThreads) {
  EXPECT_GE(expect_agreement(entry(), examples()), 10U);
}

TEST_P(EveryEngine, AgreesWithReferenceWhereThereIsNothing) {
  EXPECT_GE(expect_agreement(entry(), hollow_examples()), 60U);
}

/// Layers wide enough to be worth sharing, with twins and without, and few inputs.
struct WideLayers {
  RandomStream random{5, 1};
  GivenLayers layers{{unstructured(500, 400, random), twins(400, 301, random), unstructured(301, 10, random)},
                     Activation::challenge};
  Network network{layers, 1'000'000};
  Inputs inputs = random_inputs(9, 500, true, random);
  Plan plan;

  WideLayers() {
    plan.network = &network;
    plan.layers = &layers;
    plan.panel = 4;
  }
};

TEST_P(EveryEngine, SharesWideLayersAmongThreads) {
  WideLayers wide;
  Plan& plan = wide.plan;
  const Inputs& inputs = wide.inputs;
  const Outcome want = reference_on(plan, inputs);
  for (plan.threads = 1; plan.threads <= 3; ++plan.threads)
    expect_right(prepared(entry(), plan)->run(inputs, Observe::values, {}), want, inputs.count,
                 std::to_string(plan.threads) + " threads");
}

/// As under OMP_THREAD_LIMIT: within a team, where nested regions are granted one thread each, whatever they ask for.
Outcome run_on_one_thread(Engine& engine, const Inputs& inputs) {
  const int levels = omp_get_max_active_levels();
  omp_set_max_active_levels(1);
  Outcome outcome;
#pragma omp parallel num_threads(2)
#pragma omp master
  outcome = engine.run(inputs, Observe::values, {});
  omp_set_max_active_levels(levels);
  return outcome;
}

TEST_P(EveryEngine, GivesTheSameBitsOnFewerThreadsThanAsked) {
  const Resolved<EngineKind> engine_asked{&entry(), Params(entry().kind.options, {}, "test")};
  if (!promises(kind_of(engine_asked).bits, SameBits::any_threads)) GTEST_SKIP() << "promised by others only";
  WideLayers wide;
  Plan& plan = wide.plan;
  const Inputs& inputs = wide.inputs;
  plan.threads = 3;
  const auto engine = prepared(entry(), plan);
  const Outcome want = engine->run(inputs, Observe::values, {});
  const Outcome got = run_on_one_thread(*engine, inputs);
  EXPECT_EQ(got.values, want.values);
  EXPECT_EQ(got.categories, want.categories);
}

/// Kernels end a sum in other ways than they begin it: every number of sources, on panels cut into every kind of strip.
TEST_P(EveryEngine, SumsFewSources) {
  for (uint32_t sources = 1; sources <= 12; ++sources) {
    RandomStream random(7, sources);
    const auto full = [&](uint32_t targets) {
      Layer layer = sized(sources, targets, random);
      std::vector<uint32_t> all(sources);
      std::iota(all.begin(), all.end(), 0U);
      for (uint32_t t = 0; t < targets; ++t) add_row(layer, all, random);
      return layer;
    };
    GivenLayers layers({full(sources), full(23)}, Activation::relu);
    const Network network(layers, 1'000'000);
    const Inputs inputs = random_inputs(130, sources, sources % 2 == 0, random);
    Plan plan;
    plan.network = &network;
    plan.layers = &layers;
    const Outcome want = reference_on(plan, inputs);
    for (plan.panel = 16; plan.panel <= 128; plan.panel += 16)
      expect_right(prepared(entry(), plan)->run(inputs, Observe::values, {}), want, inputs.count,
                   std::to_string(sources) + " sources, panel " + std::to_string(plan.panel));
  }
}

TEST_P(EveryEngine, TracesAtLeastItsStreamAndOneStoreANeuron) {
  const Example one = example(twins, "twins", Activation::relu, true, 6);
  const auto engine = prepared(entry(), plan_of(one, Track::general, 16, 1));
  for (const InputValues inputs : {InputValues::bits, InputValues::floats}) {
    uint64_t loaded = 0;
    uint64_t stored = 0;
    try {
      trace(*engine, {}, inputs, [&](std::span<const AccessSpan> spans) {
        for (const AccessSpan& span : spans) (span.access == Access::load ? loaded : stored) += span.bytes;
      });
    } catch (const Unsupported& reason) {
      GTEST_SKIP() << reason.what();  // a library's memory accesses are not ours to tell
    }
    const EngineCost cost = engine->cost();
    const uint64_t of_inputs =
        inputs == InputValues::floats ? uint64_t{cost.row_bytes < 64 ? 1U : 16U} * one.network.facts().inputs * 4 : 0;
    EXPECT_GE(loaded, one.network.connections() * cost.bytes.weight + of_inputs);
    EXPECT_GE(stored, one.network.neurons() * cost.bytes.value);
    EXPECT_GE(cost.bytes_streamed, one.network.connections() * cost.bytes.weight);
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryEngine, testing::ValuesIn(Registry<EngineKind>::instance().names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace sparsio
