// needs: xnnpack
// What XNNPACK's layer does that the properties of all kernels do not reach. It asserts:
// - challenge under a positive bias: a sum of 0 stays 0, and any other is z + b cut to 0 .. 32;
// - a kernel that is given other panels, of another stride, from one call to the next computes each;
// - a layer of more than 10^8 cells, and one whose rows lie too far apart, are refused, with a remedy.
#include <gtest/gtest.h>

#include "exec/kernel/kernels_fixture.hpp"

namespace sparsio {
namespace {

const KernelKind& xnnpack() {
  return Registry<KernelKind>::instance().find("xnnpack", "test").kind;
}

/// Two sources; one target of nothing, one whose sum is 0 where both are 1, one whose sum is large.
Example three_targets() {
  Example one;
  one.layer = {.sources = 2,
               .targets = 3,
               .begin = {0, 0, 2, 4},
               .source = {0, 1, 0, 1},
               .weight = {1, -1, 20, 20},
               .bias = {0.5F, 0.5F, 0.5F},
               .activation = Activation::challenge};
  one.source_row = {0, 1};
  one.target_row = {0, 1, 2};
  return one;
}

TEST(Xnnpack, AChallengesSumOfNothingHasNoBias) {
  Example one = three_targets();
  const auto kernel = made(xnnpack(), one);
  Panel x(rows * 16, 0.0F);
  x[0] = x[16] = 1;  // column 0: both; column 1: the first alone; column 2: neither
  x[1] = 1;
  const Panel y = ran(*kernel, false, x, Panel(x.size()), 16, 3);
  const std::vector<float> want = {0, 0, 0, 0, 1.5F, 0, 32, 20.5F, 0};
  for (size_t t = 0; t < 3; ++t)
    for (size_t c = 0; c < 3; ++c) EXPECT_EQ(y[t * 16 + c], want[t * 3 + c]) << t << ' ' << c;
}

TEST(Xnnpack, ComputesOnWhicheverPanelItIsGiven) {
  Example one = example(2);
  const auto kernel = made(xnnpack(), one);
  RandomStream random(25, 1);
  const Panel first = random_panel(96, random);
  const Panel second = random_panel(96, random);
  for (const uint32_t stride : {96U, 32U, 96U})
    for (const Panel* const x : {&first, &second, &first}) {
      const Panel want = ran(*made(xnnpack(), one), false, *x, Panel(x->size()), stride, stride);
      EXPECT_EQ(ran(*kernel, false, *x, Panel(x->size()), stride, stride), want) << stride;
    }
}

std::string refusal(uint32_t sources, uint32_t targets, uint32_t panel) {
  Layer layer;
  layer.sources = sources;
  layer.targets = targets;
  layer.begin.assign(targets + 1, 0);
  layer.bias.assign(targets, 0.0F);
  GivenLayers layers({layer});
  Plan plan = plan_for(layers);
  plan.panel = panel;
  try {
    xnnpack().make(plan, {})->make(layer, {});
  } catch (const Unsupported& refused) {
    return refused.what();
  }
  return "";
}

TEST(Xnnpack, RefusesWhatItsArraysCannotHold) {
  EXPECT_NE(refusal(20'000, 5'001, 16).find("eigen takes the connections alone"), std::string::npos);
  EXPECT_EQ(refusal(1000, 50, 16), "");
  EXPECT_NE(refusal(600'000, 2, 1024).find("make it narrower"), std::string::npos);
  EXPECT_EQ(refusal(600'000, 2, 16), "");
}

}  // namespace
}  // namespace sparsio
