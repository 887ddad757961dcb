// The oracle of training is right: its gradients are those of finite differences, in double precision, for every
// activation in the middle, every last layer and both losses, on three layers; and the plug-ins do what their papers
// say. An oracle whose derivative of one activation is wrong fails here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/spec.hpp"
#include "train/networks_fixture.hpp"
#include "train/optimiser.hpp"
#include "train/plain_gradients_fixture.hpp"

namespace sparsio {
namespace {

/// (loss(p + h) - loss(p - h)) / 2h.
double slope_by_difference(const std::vector<Layer>& layers, double& parameter, PlainParameters& owner,
                           const std::vector<double>& input, const std::vector<double>& goal, Loss loss) {
  constexpr double h = 1e-6;
  const double before = parameter;
  parameter = before + h;
  const double above = plain_loss(layers, owner, input, goal, loss, nullptr);
  parameter = before - h;
  const double below = plain_loss(layers, owner, input, goal, loss, nullptr);
  parameter = before;
  return (above - below) / (2 * h);
}

TEST(PlainGradients, AreFiniteDifferences) {
  for (const Activation& middle : all_activations()) {
    if (middle.kind == ActivationKind::softmax) continue;
    for (const Loss loss : {Loss::cross_entropy, Loss::mse}) {
      for (const char* last : {"identity", "softmax", "sigmoid"}) {
        if (loss == Loss::cross_entropy && std::string_view(last) == "sigmoid") continue;
        const std::vector<Layer> layers = random_layers({5, 7, 6, 3}, 0.7, middle, parse_activation(last, "test"), 3);
        PlainParameters at = plain_parameters(layers);
        RandomStream random(9, 1);
        std::vector<double> input(5), goal(3, 0);
        for (double& one : input) one = random.uniform(-1, 1);
        goal[1] = 1;
        PlainParameters gradient = at;
        for (PlainLayer& layer : gradient) {
          std::fill(layer.weight.begin(), layer.weight.end(), 0);
          std::fill(layer.bias.begin(), layer.bias.end(), 0);
        }
        plain_loss(layers, at, input, goal, loss, &gradient);
        for (size_t l = 0; l < layers.size(); ++l) {
          for (size_t c = 0; c < at[l].weight.size(); ++c)
            ASSERT_NEAR(gradient[l].weight[c], slope_by_difference(layers, at[l].weight[c], at, input, goal, loss),
                        1e-7)
                << activation_name(middle) << " " << last << " layer " << l;
          for (size_t t = 0; t < at[l].bias.size(); ++t)
            ASSERT_NEAR(gradient[l].bias[t], slope_by_difference(layers, at[l].bias[t], at, input, goal, loss), 1e-7)
                << activation_name(middle) << " " << last << " layer " << l;
        }
      }
    }
  }
}

TEST(Loss, WantsLogitsAndClassesThatAreOutputs) {
  EXPECT_THROW(check_loss(Loss::cross_entropy, Activation::relu, "t"), BadInput);
  EXPECT_NO_THROW(check_loss(Loss::mse, Activation::relu, "t"));
  EXPECT_THROW(check_goals({3, {0, 3}, {}}, 2, "t"), BadInput);
  EXPECT_THROW(check_goals({3, {0, 1}, {}}, 3, "t"), BadInput);
  EXPECT_NO_THROW(check_goals({3, {0, 2}, {}}, 2, "t"));
}

std::vector<float> after_two_steps(const std::string& spec, float g1, float g2) {
  const auto resolved = resolve<OptimiserKind>(spec, "test");
  const auto optimiser = resolved.kind().make(resolved.params, 3);
  std::vector<float> w{7, 1, 7};
  for (uint64_t step = 1; step <= 2; ++step) {
    const float gradient = step == 1 ? g1 : g2;
    optimiser->begin_step(step, resolved.params.real("rate"));
    optimiser->update(&w[1], &gradient, 1, 1);
  }
  return w;
}

TEST(Optimisers, StepAsWritten) {
  EXPECT_FLOAT_EQ(after_two_steps("sgd:rate=0.5,momentum=0", 0.5F, 1)[1], 1 - 0.25F - 0.5F);
  EXPECT_FLOAT_EQ(after_two_steps("sgd:rate=0.5,momentum=0.5", 0.5F, 1)[1], 1 - 0.25F - 0.625F);
  EXPECT_FLOAT_EQ(after_two_steps("sgd:rate=0.5,momentum=0,weight_decay=0.5", 0, 0)[1], 0.75F * 0.75F);
  EXPECT_NEAR(after_two_steps("adam:rate=0.1", 3, 3)[1], 0.8, 1e-6);  // equal gradients: steps of the rate
  const double mean = (0.09 + 0.2) / 0.19, square = (0.000999 + 0.004) / 0.001999;  // gradients 1 and 2
  EXPECT_NEAR(after_two_steps("adam:rate=0.1", 1, 2)[1], 0.9 - 0.1 * mean / std::sqrt(square), 1e-6);
  EXPECT_EQ(after_two_steps("adam", 1, 1)[0], 7);
}

TEST(Schedule, ShufflesBySeedAndEpochAndLowersTheRate) {
  Schedule schedule;
  const auto first = schedule.shuffled(100, 0);
  EXPECT_EQ(first, schedule.shuffled(100, 0));
  EXPECT_NE(first, schedule.shuffled(100, 1));
  auto sorted = first;
  std::sort(sorted.begin(), sorted.end());
  for (uint32_t i = 0; i < 100; ++i) EXPECT_EQ(sorted[i], i);
  schedule.seed = 2;
  EXPECT_NE(first, schedule.shuffled(100, 0));
  schedule.rate_every = 2;
  EXPECT_DOUBLE_EQ(schedule.rate_in(1), 0.05);
  EXPECT_DOUBLE_EQ(schedule.rate_in(2), 0.005);
}

}  // namespace
}  // namespace sparsio
