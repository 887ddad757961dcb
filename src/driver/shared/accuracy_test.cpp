// What outputs say, against a loop that a child could write; and what all inputs say, in every engine and track that a
// network has, one process or the driver `data`, against the dumb argmax of what `reference` computes:
// - the outputs that are kept are those of the engine itself, in the inputs' order, also where they come in shares;
// - as many inputs are right as say their label, whether they are verified or not;
// - labels too many, too few or out of the classes are refused with both counts, or with input, label and outputs.
#include "driver/shared/accuracy.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "base/spec.hpp"
#include "driver/shared/execute.hpp"
#include "driver/shared/value_rows.hpp"
#include "gen/generator.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

uint32_t dumb_argmax(const double* row, uint32_t outputs) {
  uint32_t best = 0;
  for (uint32_t o = 0; o < outputs; ++o)
    if (row[o] > row[best]) best = o;
  return best;
}

TEST(Accuracy, TheFirstOfTheLargestOutputsIsTheClass) {
  RandomStream random(1, 1);
  for (int draw = 0; draw < 2000; ++draw) {
    std::vector<double> row(2 + random.below(6));
    for (double& y : row) y = static_cast<double>(random.below(4)) - 2;  // ties, negative rows, rows of zeros
    EXPECT_EQ(class_of(row, 0), dumb_argmax(row.data(), static_cast<uint32_t>(row.size())));
    row[random.below(row.size())] = std::nan("");
    EXPECT_EQ(class_of(row, 0), std::nullopt);
  }
  const std::vector<double> infinite = {1, HUGE_VAL, -HUGE_VAL};
  EXPECT_EQ(class_of(infinite, 0), 1U);
}

TEST(Accuracy, OneOutputSaysThatItsSumIsPositive) {
  for (const Activation last : all_activations()) {
    const double threshold = class_threshold(last);
    for (const double sum : {-40.0, -1.0, -1e-3, 0.0, 1e-3, 1.0, 40.0}) {
      const double output = activate(last, sum, 0.0);
      EXPECT_EQ(class_of(std::span(&output, 1), threshold), sum > 0 ? 1U : 0U) << activation_name(last) << " " << sum;
    }
    const double none = std::nan("");
    EXPECT_EQ(class_of(std::span(&none, 1), threshold), std::nullopt);
  }
  EXPECT_EQ(class_threshold(Activation::identity), 0);
}

std::string refusal_of(const std::vector<uint32_t>& labels, uint64_t inputs, uint32_t outputs) {
  try {
    check_labels(labels, inputs, outputs, "--labels");
    return "";
  } catch (const BadInput& error) {
    return error.what();
  }
}

TEST(Accuracy, LabelsThatAreNotTheInputsOnesAreRefused) {
  EXPECT_EQ(refusal_of({0, 9}, 2, 10), "");
  EXPECT_EQ(refusal_of({0, 1}, 2, 1), "");
  EXPECT_EQ(refusal_of({0, 1, 2}, 2, 10), "--labels: 3 labels for 2 inputs; give one label an input, in their order");
  EXPECT_EQ(refusal_of({1}, 2, 10), "--labels: 1 label for 2 inputs; give one label an input, in their order");
  EXPECT_EQ(refusal_of({0, 10}, 2, 10),
            "--labels: the label of input 2 is 10, and 10 outputs say classes 0 to 9; give classes from 0 on");
  EXPECT_EQ(refusal_of({2, 0}, 2, 1),
            "--labels: the label of input 1 is 2, and 1 output says classes 0 to 1; give classes from 0 on");
}

/// A network of random real weights whose outputs do not tie, and its inputs.
struct Setting {
  Setting(const std::string& network, uint64_t count) {
    const auto kind = resolve<NetworkKind>(network, "test");
    auto source = kind.kind().make(kind.params);
    layers = std::move(std::get<std::unique_ptr<LayerSource>>(source));
    whole.emplace(*layers, uint64_t{1} << 30);
    const uint32_t width = layers->widths().front();
    RandomStream random(count, width);
    inputs = {count, width, {}, {}, "generated"};
    for (uint64_t i = 0; i < count * width; ++i) inputs.values.push_back(static_cast<float>(random.uniform(-1, 1)));
    for (uint64_t i = 0; i < count; ++i)
      labels.push_back(static_cast<uint32_t>(random.below(std::max(2U, layers->widths().back()))));
  }

  ExecutionRequest request(const std::string& engine, Track track) const {
    ExecutionRequest request;
    request.engine = engine;
    request.plan.layers = layers.get();
    request.plan.network = &*whole;
    request.plan.panel = 16;
    request.plan.threads = 2;
    request.plan.track = track;
    request.repetition.least = 1;
    request.warmup = 0;
    request.labels = std::make_shared<const std::vector<uint32_t>>(labels);
    request.outputs = Outputs::kept;
    request.place = "test";
    return request;
  }

  /// By the double precision reference.
  uint64_t right() const {
    const auto kind = resolve<EngineKind>("reference", "test");
    const auto engine = kind.kind().make(kind.params);
    Plan plan;
    plan.layers = layers.get();
    engine->prepare(plan);
    const Outcome outcome = engine->run(inputs, Observe::values, {});
    const uint32_t outputs = layers->widths().back();
    uint64_t count = 0;
    for (uint64_t i = 0; i < inputs.count; ++i) {
      const double* row = outcome.values.data() + i * outputs;
      const uint32_t said = outputs == 1 ? (row[0] > 0 ? 1 : 0) : dumb_argmax(row, outputs);
      if (said == labels[i]) ++count;
    }
    return count;
  }

  std::unique_ptr<LayerSource> layers;
  std::optional<Network> whole;
  Inputs inputs;
  std::vector<uint32_t> labels;
};

/// The engine's own values of the whole batch in one run.
std::vector<float> values_of(Engine& engine, const Inputs& inputs) {
  const Outcome outcome = engine.run(inputs, Observe::values, {});
  return {outcome.values.begin(), outcome.values.end()};
}

TEST(Accuracy, EveryEngineAndTrackKeepsItsOutputsAndCountsWhoIsRight) {
  uint64_t executed = 0;
  for (const char* network : {"mlp:widths=40x4,density=0.3,seed=5,activation=relu,last=identity",
                              "mlp:widths=33x3,density=0.4,seed=6,activation=identity"}) {
    const Setting setting(network, 203);
    const uint64_t right = setting.right();
    EXPECT_GT(right, 0U);
    EXPECT_LT(right, 203U);
    for (const auto& entry : Registry<EngineKind>::instance().entries())
      for (const Track track : entry.kind.tracks)
        for (const char* driver : {"single", "data"})
          for (const uint64_t verify : {0, 16}) {
            ExecutionRequest request = setting.request(entry.name, track);
            request.driver = driver;
            request.verify = verify;
            const std::string place = fmt::format("{} {} {} {}", network, entry.name, track_name(track), driver);
            try {
              const Execution done = execute(request, setting.inputs, {});
              EXPECT_EQ(done.verdict.status, "ok") << place << done.verdict.words;
              EXPECT_EQ(done.right, right) << place;
              EXPECT_EQ(done.outputs, values_of(*done.engine, setting.inputs)) << place;
              ++executed;
            } catch (const Unsupported&) {  // no such network in this track
            }
          }
  }
  // Each engine on track general, and some on others.
  EXPECT_GT(executed, 8 * Registry<EngineKind>::instance().entries().size());
}

TEST(Accuracy, OfOneOutputIsCountedByTheThreshold) {
  const Setting setting("mlp:widths=30-20-1,density=0.5,seed=7,activation=relu,last=identity", 150);
  const uint64_t right = setting.right();
  EXPECT_GT(right, 0U);
  EXPECT_LT(right, 150U);
  for (const char* engine : {"csr", "connection_list", "reference"})
    EXPECT_EQ(execute(setting.request(engine, Track::general), setting.inputs, {}).right, right) << engine;
}

TEST(Accuracy, WithoutARequestNothingIsKept) {
  const Setting setting("mlp:widths=40x4,density=0.3,seed=5", 50);
  ExecutionRequest request = setting.request("csr", Track::general);
  request.labels = nullptr;
  request.outputs = Outputs::not_kept;
  const Execution done = execute(request, setting.inputs, {});
  EXPECT_TRUE(done.outputs.empty());
  EXPECT_EQ(done.right, 0U);
}

TEST(Accuracy, OutputsThatComeInSharesStandInTheInputsOrder) {
  constexpr uint32_t outputs = 1U << 16;  // half a megabyte of values an input: 128 inputs are a share
  constexpr uint64_t count = 200;
  Layer layer{1, outputs, {0}, {}, {}, std::vector<float>(outputs, 0.0F), Activation::identity};
  for (uint32_t t = 0; t < outputs; ++t) {
    layer.source.push_back(0);
    layer.weight.push_back(static_cast<float>(t % 251));
    layer.begin.push_back(t + 1);
  }
  GivenLayers layers({layer});
  Inputs inputs{count, 1, {}, {}, "generated"};
  for (uint64_t i = 0; i < count; ++i) inputs.values.push_back(static_cast<float>(i % 7 + 1));
  ExecutionRequest request;
  request.engine = "csr";
  request.plan.layers = &layers;
  request.plan.panel = 16;
  request.repetition.least = 1;
  request.warmup = 0;
  request.verify = 2;
  request.labels = std::make_shared<const std::vector<uint32_t>>(count, 250);  // the first of the largest
  request.outputs = Outputs::kept;
  request.place = "test";
  const Execution done = execute(request, inputs, {});
  EXPECT_EQ(done.verdict.status, "ok") << done.verdict.words;
  EXPECT_EQ(done.right, count);
  ASSERT_EQ(done.outputs.size(), count * outputs);
  uint64_t wrong = 0;
  for (uint64_t i = 0; i < count; ++i)
    for (uint32_t t = 0; t < outputs; ++t)
      wrong += done.outputs[i * outputs + t] == static_cast<float>((i % 7 + 1) * (t % 251)) ? 0 : 1;
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace sparsio
