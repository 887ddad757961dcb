// The fast trainer against the dumb oracle (plain_gradients), outside its tuned family: classes of 1 to 16 and more,
// rows without sources, odd widths, batches that fill no tile and those of several.
// - the gradient is that of the oracle for every activation and both losses, and so is the loss before the update. On
//   three layers: in deep networks masks of relu flip by rounding, and gradients that differ are then right;
// - the same samples give the same bits on 1, 2, 3 and 5 threads;
// - the layers come back in the numbers that they were given with.
#include "train/trainer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "base/spec.hpp"
#include "net/given_layers.hpp"
#include "train/networks_fixture.hpp"
#include "train/plain_gradients_fixture.hpp"

namespace sparsio {
namespace {

/// Moves every parameter by minus its gradient.
class Bare final : public Optimiser {
 public:
  void begin_step(uint64_t, double) override {}
  void update(float* parameter, const float* gradient, size_t, size_t count) override {
    for (size_t i = 0; i < count; ++i) parameter[i] = -gradient[i];
  }
  std::vector<std::span<float>> memory() override { return {}; }
};

Inputs random_inputs(uint64_t count, uint32_t width) {
  Inputs inputs{count, width, {}, {}, "generated"};
  RandomStream random(5, 5);
  for (uint64_t i = 0; i < count * width; ++i) inputs.values.push_back(static_cast<float>(random.uniform(-1, 1)));
  return inputs;
}

Goals random_goals(uint64_t count, uint32_t width) {
  Goals goals{width, {}, {}};
  RandomStream random(6, 6);
  for (uint64_t i = 0; i < count; ++i) goals.classes.push_back(static_cast<uint32_t>(random.below(width)));
  return goals;
}

std::vector<uint32_t> every_other(uint32_t count) {
  std::vector<uint32_t> samples;
  for (uint32_t i = 0; i < count; ++i) samples.push_back((2 * i + 1) % (2 * count));
  return samples;
}

/// After one step of Bare every parameter is minus the mean gradient.
void expect_gradient(const std::vector<Layer>& layers, Loss loss, uint32_t batch, unsigned threads) {
  const std::vector<uint32_t> samples = every_other(batch);
  const Inputs inputs = random_inputs(2 * batch, layers.front().sources);
  const Goals goals = random_goals(2 * batch, layers.back().targets);
  GivenLayers source(layers);
  Trainer trainer(source, loss, threads, "test");
  Bare bare;
  const Fit fit = trainer.step(inputs, goals, samples, bare);
  const std::vector<Layer> after = trainer.layers();

  const PlainParameters at = plain_parameters(layers);
  PlainParameters gradient = at;
  for (PlainLayer& layer : gradient) {
    std::fill(layer.weight.begin(), layer.weight.end(), 0);
    std::fill(layer.bias.begin(), layer.bias.end(), 0);
  }
  double mean = 0;
  for (const uint32_t i : samples) {
    std::vector<double> input, goal;
    for (uint32_t v = 0; v < inputs.width; ++v) input.push_back(double{inputs.at(i, v)});
    for (uint32_t t = 0; t < goals.width; ++t) goal.push_back(goals.at(i, t));
    mean += plain_loss(layers, at, input, goal, loss, &gradient) / batch;
  }
  ASSERT_NEAR(fit.loss, mean, 1e-5 * (1 + std::abs(mean)));
  for (size_t l = 0; l < layers.size(); ++l) {
    ASSERT_EQ(after[l].source, layers[l].source);
    for (size_t c = 0; c < after[l].weight.size(); ++c) {
      const double right = -gradient[l].weight[c] / batch;
      ASSERT_NEAR(after[l].weight[c], right, 2e-5 * (1 + std::abs(right))) << "layer " << l << " connection " << c;
    }
    for (size_t t = 0; t < after[l].bias.size(); ++t) {
      const double right = -gradient[l].bias[t] / batch;
      ASSERT_NEAR(after[l].bias[t], right, 2e-5 * (1 + std::abs(right))) << "layer " << l << " target " << t;
    }
  }
}

TEST(Trainer, HasTheGradientOfTheOracleForEveryActivationAndLoss) {
  for (const Activation& middle : all_activations()) {
    if (middle.kind == ActivationKind::softmax) continue;
    SCOPED_TRACE(activation_name(middle));
    for (const char* last : {"identity", "softmax", "gelu", "tanh"})
      for (const Loss loss : {Loss::cross_entropy, Loss::mse}) {
        const Activation end = parse_activation(last, "test");
        if (loss == Loss::cross_entropy && (end.kind == ActivationKind::gelu || end.kind == ActivationKind::tanh))
          continue;
        SCOPED_TRACE(last);
        expect_gradient(random_layers({19, 37, 26, 5}, 0.4, middle, end, 6), loss, 35, 2);
      }
  }
}

TEST(Trainer, HasTheGradientOfTheOracleForEveryShape) {
  const Activation relu = Activation::relu, end = Activation::identity;
  for (const uint32_t alike : {1U, 2U, 3U, 4U, 5U, 7U, 10U, 16U, 17U, 23U, 40U})
    for (const uint32_t batch : {1U, 31U, 32U, 33U, 70U}) {
      SCOPED_TRACE(testing::Message() << alike << " alike, batch " << batch);
      expect_gradient(random_layers({23, 80, 41, 11}, 0.5, relu, end, alike), Loss::cross_entropy, batch,
                      1 + batch % 3);
    }
  expect_gradient(random_layers({3, 1, 2}, 0, relu, end, 1), Loss::mse, 3, 2);         // no connections
  expect_gradient(random_layers({70, 90, 30}, 1, relu, end, 90), Loss::mse, 40, 3);    // dense
  expect_gradient(random_layers({4, 2}, 1, relu, end, 1), Loss::cross_entropy, 5, 5);  // more threads than classes
}

std::vector<float> trained(const std::string& spec, unsigned threads) {
  const std::vector<Layer> layers =
      random_layers({30, 90, 64, 7}, 0.3, parse_activation("tanh", "t"), Activation::identity, 12);
  GivenLayers source(layers);
  Trainer trainer(source, Loss::cross_entropy, threads, "test");
  const auto kind = resolve<OptimiserKind>(spec, "test");
  const auto optimiser = kind.kind().make(kind.params, trainer.parameters().size());
  const Inputs inputs = random_inputs(100, 30);
  const Goals goals = random_goals(100, 7);
  const Schedule schedule = schedule_of(kind.params);
  for (uint64_t step = 0; step < 6; ++step) {
    optimiser->begin_step(step + 1, schedule.rate);
    const auto order = schedule.shuffled(100, step);
    trainer.step(inputs, goals, std::span(order).first(step % 2 == 0 ? 32 : 75), *optimiser);
  }
  return {trainer.parameters().begin(), trainer.parameters().end()};
}

TEST(Trainer, HasTheSameBitsOnAnyNumberOfThreads) {
  for (const char* spec : {"sgd", "adam", "sgd:momentum=0,weight_decay=0.01"}) {
    const std::vector<float> alone = trained(spec, 1);
    EXPECT_NE(alone, trained("sgd:rate=0.04", 1));
    for (const unsigned threads : {1U, 2U, 3U, 5U}) {
      const std::vector<float> together = trained(spec, threads);
      ASSERT_EQ(together.size(), alone.size());
      EXPECT_EQ(std::memcmp(alone.data(), together.data(), 4 * alone.size()), 0) << spec << " on " << threads;
    }
  }
}

TEST(Trainer, EvaluatesWithoutChange) {
  const std::vector<Layer> layers = random_layers({9, 12, 4}, 0.6, Activation::relu, Activation::identity, 2);
  GivenLayers source(layers);
  Trainer trainer(source, Loss::cross_entropy, 2, "test");
  const Inputs inputs = random_inputs(300, 9);
  Goals goals = random_goals(300, 4);
  const auto all = every_other(150);
  const Fit fit = trainer.evaluate(inputs, goals, all);
  EXPECT_EQ(trainer.layers()[0].weight, layers[0].weight);
  EXPECT_EQ(trainer.layers()[1].bias, layers[1].bias);
  double loss = 0;
  uint32_t right = 0;
  const PlainParameters at = plain_parameters(layers);
  for (const uint32_t i : all) {
    std::vector<double> input, goal(4, 0);
    for (uint32_t v = 0; v < 9; ++v) input.push_back(double{inputs.at(i, v)});
    const uint32_t meant = goals.classes[i];
    goal[meant] = 1;
    loss += plain_loss(layers, at, input, goal, Loss::cross_entropy, nullptr) / 150;
    bool best = true;  // no other goal has a smaller loss
    for (uint32_t other = 0; other < 4; ++other) {
      std::vector<double> unmeant(4, 0);
      unmeant[other] = 1;
      best = best && plain_loss(layers, at, input, unmeant, Loss::cross_entropy, nullptr) >=
                         plain_loss(layers, at, input, goal, Loss::cross_entropy, nullptr);
    }
    right += best ? 1 : 0;
  }
  EXPECT_NEAR(fit.loss, loss, 1e-5);
  EXPECT_DOUBLE_EQ(fit.accuracy, right / 150.0);
}

TEST(Trainer, FlushesNumbersTooSmallOnEveryThread) {
  std::vector<Layer> layers = random_layers({8, 8, 8, 2}, 1, Activation::identity, Activation::identity, 1);
  for (Layer& layer : layers)
    for (float& weight : layer.weight) weight *= 1e-25F;
  GivenLayers source(layers);
  Trainer trainer(source, Loss::mse, 2, "test");
  Bare bare;
  trainer.step(random_inputs(4, 8), random_goals(4, 2), std::vector<uint32_t>{0, 1, 2, 3}, bare);
#if defined(__SSE__)
  EXPECT_EQ(trainer.flushed_steps(), 1U);
#endif
  for (const float one : trainer.parameters()) EXPECT_NE(std::fpclassify(one), FP_SUBNORMAL);
}

TEST(Trainer, RefusesALossThatWantsLogits) {
  GivenLayers source(random_layers({3, 3}, 1, Activation::relu, Activation::relu, 1));
  EXPECT_THROW(Trainer(source, Loss::cross_entropy, 1, "test"), BadInput);
}

}  // namespace
}  // namespace sparsio
