// The bits that engines promise (`sparsio list engines`). It asserts of every registered engine, in every track it has:
// - any threads: the same bits on 1, 2 and 3 threads, run after run;
// - any panel: the same bits on panels of 1, 7, 16, 48, 64 and 100, and of an input among others as of it alone;
// - any rows: the same bits whether one engine has all targets of a layer or two or three divide them;
// and that an engine which promises what it does not keep is found out, in each of the three. Two networks each;
// SPARSIO_BITS_ITEMS says how many.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "base/random.hpp"
#include "exec/engine.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

/// Half of the layers have twins, so that neurons are merged and blocks found; biases are never positive.
Layer random_layer(uint32_t sources, uint32_t targets, RandomStream& random) {
  Layer layer;
  layer.sources = sources;
  layer.targets = targets;
  layer.begin.assign(1, 0);
  const bool has_twins = random.below(2) == 0;
  std::vector<uint32_t> chosen;
  for (uint32_t t = 0; t < targets; ++t) {
    if (!has_twins || t % 8 == 0) {
      chosen.clear();
      for (uint32_t s = 0; s < sources; ++s)
        if (random.uniform() < 0.3) chosen.push_back(s);
    }
    for (const uint32_t s : chosen) {
      layer.source.push_back(s);
      layer.weight.push_back(static_cast<float>(random.uniform(-0.2, 0.3)));
    }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(static_cast<float>(random.uniform(-0.2, 0)));
  }
  return layer;
}

Inputs real_inputs(uint64_t count, uint32_t width, RandomStream& random) {
  Inputs inputs{count, width, {}, {}, "generated"};
  for (uint64_t k = 0; k < count * width; ++k)
    inputs.values.push_back(random.below(3) == 0 ? 0.0F : static_cast<float>(random.uniform()));
  return inputs;
}

struct Example {
  std::vector<Layer> layers;
  Inputs inputs;
};

/// Small and odd, and of a size that libraries think worth sharing. The small ones have curves.
Example example(uint64_t item) {
  RandomStream random(41, item);
  Example one;
  auto width = static_cast<uint32_t>(item % 2 == 0 ? 400 + random.below(100) : 1 + random.below(90));
  for (uint64_t l = 0; l < 3; ++l) {
    const auto next = static_cast<uint32_t>(item % 2 == 0 ? 400 + random.below(100) : 1 + random.below(90));
    one.layers.push_back(random_layer(width, next, random));
    if (item % 2 == 1) one.layers.back().activation = parse_activation(l == 1 ? "gelu" : "tanh", "test");
    width = next;
  }
  one.inputs = real_inputs(130 + random.below(40), one.layers.front().sources, random);
  return one;
}

/// None where the engine does not take the network.
std::optional<std::vector<double>> answer(const EngineKind& kind, const std::vector<Layer>& layers,
                                          const Inputs& inputs, Plan plan) {
  GivenLayers source(layers);
  const Network network(source, 10'000'000);
  plan.network = &network;
  plan.layers = &source;
  const auto engine = kind.make(Params(kind.options, {}, "test"));
  try {
    engine->prepare(plan);
  } catch (const Unsupported&) {
    return std::nullopt;
  }
  engine->run(inputs, Observe::categories, {});  // a second run is another
  return engine->run(inputs, Observe::values, {}).values;
}

bool is_same(const std::optional<std::vector<double>>& a, const std::optional<std::vector<double>>& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a || std::equal(a->begin(), a->end(), b->begin(), b->end(),
                          [](double x, double y) { return std::bit_cast<uint64_t>(x) == std::bit_cast<uint64_t>(y); });
}

Plan plan_of(Track track, uint32_t panel, unsigned threads) {
  Plan plan;
  plan.track = track;
  plan.panel = panel;
  plan.threads = threads;
  return plan;
}

std::string broken_by_threads(const EngineKind& kind, Track track, const Example& one) {
  const auto want = answer(kind, one.layers, one.inputs, plan_of(track, 16, 1));
  for (const unsigned threads : {2U, 3U})
    if (!is_same(answer(kind, one.layers, one.inputs, plan_of(track, 16, threads)), want))
      return "any threads: " + std::to_string(threads);
  return "";
}

std::string broken_by_panels(const EngineKind& kind, Track track, const Example& one) {
  const auto want = answer(kind, one.layers, one.inputs, plan_of(track, 48, 1));
  if (!want) return "";
  for (const uint32_t panel : {1U, 7U, 16U, 64U, 100U})
    if (!is_same(answer(kind, one.layers, one.inputs, plan_of(track, panel, 1)), want))
      return "any panel: " + std::to_string(panel);
  for (const uint64_t count : {1, 5, 37, 129}) {
    const auto some = answer(kind, one.layers, first_rows(one.inputs, count), plan_of(track, 48, 1));
    const auto end = want->begin() + static_cast<int64_t>(count * one.layers.back().targets);
    if (!is_same(some, std::vector<double>(want->begin(), end)))
      return "any panel: " + std::to_string(count) + " of the inputs";
  }
  return "";
}

/// The targets of one of `workers`, dealt out in turns or in blocks.
std::vector<uint32_t> targets_of(uint32_t worker, uint32_t workers, uint32_t targets, bool in_turns) {
  std::vector<uint32_t> list;
  for (uint32_t t = 0; t < targets; ++t)
    if ((in_turns ? t % workers : t * workers / targets) == worker) list.push_back(t);
  return list;
}

Layer part_of(const Layer& all, const std::vector<uint32_t>& targets) {
  Layer layer;
  layer.sources = all.sources;
  layer.activation = all.activation;
  layer.targets = static_cast<uint32_t>(targets.size());
  layer.begin.assign(1, 0);
  for (const uint32_t t : targets) {
    for (uint64_t k = all.begin[t]; k < all.begin[t + 1]; ++k) {
      layer.source.push_back(all.source[k]);
      layer.weight.push_back(all.weight[k]);
    }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(all.bias[t]);
  }
  return layer;
}

/// A layer alone: workers that divide its rows have all its sources' values.
std::string broken_by_rows(const EngineKind& kind, Track track, const Example& one) {
  const Layer& layer = one.layers.front();
  const auto want = answer(kind, {layer}, one.inputs, plan_of(track, 48, 1));
  if (!want) return "";
  for (const uint32_t workers : {2U, 3U})
    for (const bool in_turns : {false, true}) {
      std::vector<double> together(want->size());
      for (uint32_t worker = 0; worker < workers; ++worker) {
        const std::vector<uint32_t> mine = targets_of(worker, workers, layer.targets, in_turns);
        if (mine.empty()) continue;
        const auto got = answer(kind, {part_of(layer, mine)}, one.inputs, plan_of(track, 48, 1));
        if (!got) return "any rows: a part is not taken";
        for (uint64_t i = 0; i < one.inputs.count; ++i)
          for (size_t k = 0; k < mine.size(); ++k) together[i * layer.targets + mine[k]] = (*got)[i * mine.size() + k];
      }
      if (!is_same(together, want)) return "any rows: " + std::to_string(workers) + " workers";
    }
  return "";
}

/// The first promise that the engine is seen to break; "" where it keeps all it makes.
std::string broken_promise(const EngineKind& kind, uint64_t items) {
  for (uint64_t item = 0; item < items; ++item) {
    const Example one = example(item);
    for (const Track track : kind.tracks) {
      std::string broken;
      if (promises(kind.bits, SameBits::any_threads)) broken = broken_by_threads(kind, track, one);
      if (broken.empty() && promises(kind.bits, SameBits::any_panel)) broken = broken_by_panels(kind, track, one);
      if (broken.empty() && promises(kind.bits, SameBits::any_rows)) broken = broken_by_rows(kind, track, one);
      if (!broken.empty()) return broken + ", " + std::string(track_name(track)) + ", item " + std::to_string(item);
    }
  }
  return "";
}

class EngineBits : public testing::TestWithParam<std::string> {};

TEST_P(EngineBits, AreAsPromised) {
  const auto& entry = Registry<EngineKind>::instance().find(GetParam(), "test");
  const Resolved<EngineKind> engine{&entry, Params(entry.kind.options, {}, "test")};
  EngineKind kind = kind_of(engine);
  kind.options = entry.kind.options;
  const char* const items = std::getenv("SPARSIO_BITS_ITEMS");
  EXPECT_EQ(broken_promise(kind, items == nullptr ? 2 : std::strtoul(items, nullptr, 10)), "");
}

INSTANTIATE_TEST_SUITE_P(Registry, EngineBits, testing::ValuesIn(Registry<EngineKind>::instance().names()),
                         [](const auto& test) { return test.param; });

/// csr, but the last bit of the last value is another where `is_fickle` says so.
class Fickle final : public Engine {
 public:
  using Whim = bool (*)(const Plan& plan);
  explicit Fickle(Whim whim) : whim_(whim) {
    const auto& csr = Registry<EngineKind>::instance().find("csr", "test").kind;
    csr_ = csr.make(Params(csr.options, {}, "test"));
  }
  void prepare(const Plan& plan) override {
    is_fickle_ = whim_(plan);
    csr_->prepare(plan);
  }
  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    Outcome outcome = csr_->run(inputs, observe, deadline);
    if (is_fickle_ && observe == Observe::values) outcome.values.back() = std::nextafter(outcome.values.back(), 1e9);
    return outcome;
  }
  EngineCost cost() const override { return csr_->cost(); }
  void visit(AccessVisitor& visitor, const Worker& worker, PassInputs inputs) const override {
    csr_->visit(visitor, worker, inputs);
  }

 private:
  Whim whim_;
  bool is_fickle_ = false;
  std::unique_ptr<Engine> csr_;
};

TEST(EngineBits, AFalsePromiseIsFoundOut) {
  const std::pair<SameBits, Fickle::Whim> whims[] = {
      {SameBits::any_threads, [](const Plan& plan) { return plan.threads == 3; }},
      {SameBits::any_panel, [](const Plan& plan) { return plan.panel == 7; }},
      {SameBits::any_rows, [](const Plan& plan) { return plan.layers->widths().back() < 200; }}};
  for (const auto& [promise, whim] : whims) {
    EngineKind fickle;
    fickle.tracks = {Track::general};
    fickle.make = [whim = whim](const Params&) { return std::make_unique<Fickle>(whim); };
    for (const SameBits kept : {SameBits::any_threads, SameBits::any_panel, SameBits::any_rows})
      if (kept != promise) fickle.bits.push_back(kept);
    EXPECT_EQ(broken_promise(fickle, 1), "");
    fickle.bits = {promise};
    EXPECT_TRUE(broken_promise(fickle, 1).starts_with(bits_words({promise}))) << broken_promise(fickle, 1);
  }
}

}  // namespace
}  // namespace sparsio
