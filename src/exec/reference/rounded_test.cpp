// The error that is granted to float, both ways: no engine that is right exceeds it, on networks of both signs, of all
// activations, deep and shallow, with numbers from 1e-20 to 1e20; and every error of twice as much is seen.
// SPARSIO_ROUNDING_ROWS=100000 is the long form of the property.
#include "exec/reference/rounded.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>
#include <string>

#include "base/random.hpp"
#include "driver/shared/verify.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

struct Neuron {
  std::vector<float> weight;
  std::vector<float> x;
  float bias = 0;
};

RoundedValues rounded(const Neuron& one, Activation activation, const std::vector<double>& errors = {}) {
  RoundedValues from(one.x.size());
  RoundedValues to(1);
  RoundedValues::Sum sum;
  for (size_t k = 0; k < one.x.size(); ++k) {
    from.set(k, one.x[k]);
    if (!errors.empty()) from.error[k] = errors[k];
    if (!errors.empty()) from.sample[k].fill(static_cast<float>(errors[k]));
    sum.add(one.weight[k], from, k);
  }
  sum.finish(activation, one.bias, to, 0);
  return to;
}

/// In an order of its own, with the bias first or last, by multiplications and additions or by both at once.
float in_float(const Neuron& one, RandomStream& random) {
  std::vector<size_t> order(one.x.size());
  std::iota(order.begin(), order.end(), size_t{0});
  for (size_t k = order.size(); k > 1; --k) std::swap(order[k - 1], order[random.below(k)]);
  const bool is_bias_first = random.below(2) == 0;
  const bool is_fused = random.below(2) == 0;
  const size_t accumulators = 1 + random.below(4);
  std::vector<float> sums(accumulators, 0.0F);
  if (is_bias_first) sums[0] = one.bias;
  for (size_t k = 0; k < order.size(); ++k) {
    volatile float product = one.weight[order[k]] * one.x[order[k]];
    float& sum = sums[k % accumulators];
    sum = is_fused ? std::fma(one.weight[order[k]], one.x[order[k]], sum) : sum + product;
  }
  float all = 0;
  for (const float sum : sums) all += sum;
  return is_bias_first ? all : all + one.bias;
}

float any_number(RandomStream& random) {
  const double size = random.below(4) == 0 ? std::exp2(random.uniform(-60, 60)) : random.uniform(0.1, 2);
  return static_cast<float>(random.below(2) == 0 ? size : -size);
}

TEST(Rounded, OneNeuronInAnyOrderIsWithinItsError) {
  double largest = 0;
  for (uint64_t item = 0; item < 3000; ++item) {
    RandomStream random(1, item);
    Neuron one;
    const uint64_t terms = random.below(item % 10 == 0 ? 2000 : 40);
    for (uint64_t k = 0; k < terms; ++k) {
      one.weight.push_back(any_number(random));
      one.x.push_back(random.below(5) == 0 ? 0.0F : any_number(random));
    }
    one.bias = random.below(3) == 0 ? 0.0F : any_number(random);
    const RoundedValues want = rounded(one, Activation::identity);
    const double error = std::abs(in_float(one, random) - want.value[0]);
    ASSERT_LE(error, want.error[0]) << item;
    if (want.error[0] > 0) largest = std::max(largest, error / want.error[0]);
  }
  EXPECT_GT(largest, 0.05);  // and is not granted ten times what it needs
}

TEST(Rounded, NothingIsGrantedWhereFloatIsExact) {
  RandomStream random(2, 0);
  for (int round = 0; round < 100; ++round) {
    Neuron one;
    for (int k = 0; k < 32; ++k) {
      one.weight.push_back(static_cast<float>(random.below(33)) / 16 - 1);
      one.x.push_back(static_cast<float>(random.below(512)) / 16);
    }
    one.bias = -0.25F;
    EXPECT_EQ(rounded(one, Activation::identity).error[0], 0);
    one.bias = -0.3F;  // has bits far below a sixteenth
    EXPECT_GT(rounded(one, Activation::identity).error[0], 0);
  }
  EXPECT_GT(rounded({{1.0F, 0x1p-24F}, {1.0F, 1.0F}, 0}, Activation::identity).error[0], 0);
  EXPECT_EQ(rounded({{1.0F, 0x1p-23F}, {0.5F, 0.5F}, 0}, Activation::identity).error[0], 0);
  EXPECT_EQ(rounded({{}, {}, 0.3F}, Activation::relu).error[0], 0);
}

TEST(Rounded, ATieExcusesTheDifferenceItCanMake) {
  // 0.1 + 0.2 - 0.3 is zero or not as the order of the sums has it.
  Neuron tie{{0.1F, 0.2F, -0.3F}, {1, 1, 1}, 5.0F};
  const RoundedValues jump = rounded(tie, Activation::challenge);
  EXPECT_GE(jump.error[0], 4.9999);
  EXPECT_LE(jump.error[0], 5.0001);
  EXPECT_LT(rounded(tie, Activation::relu).error[0], 1e-5);
  tie.bias = -5.0F;
  EXPECT_EQ(rounded(tie, Activation::challenge).error[0], 0);
  // 1 + 1 - 2 is zero in every order.
  const RoundedValues zero = rounded({{1, 1, -2}, {1, 1, 1}, 5.0F}, Activation::challenge);
  EXPECT_EQ(zero.value[0], 0);
  EXPECT_EQ(zero.error[0], 0);
}

TEST(Rounded, ErrorsEndWhereTheActivationIsFlat) {
  const Neuron up{{1.1F, 2.3F}, {20.7F, 9.1F}, 0};
  const Neuron down{{-1.1F, -2.3F}, {20.7F, 9.1F}, 0};
  const std::vector<double> errors = {1e-3, 1e-3};
  EXPECT_EQ(rounded(up, Activation::challenge, errors).error[0], 0);
  EXPECT_EQ(rounded(down, Activation::challenge, errors).error[0], 0);
  EXPECT_EQ(rounded(down, Activation::relu, errors).error[0], 0);
  EXPECT_NEAR(rounded(down, Activation::identity, errors).error[0], 3.4e-3, 1e-4);
  EXPECT_NEAR(rounded(up, Activation::relu, errors).error[0], 3.4e-3, 1e-4);
}

TEST(Rounded, WhereAFloatMayOverflowNothingIsSaid) {
  for (const Activation activation : all_activations()) {
    EXPECT_TRUE(std::isinf(rounded({{3e38F, -3e38F}, {1, 1}, 0}, activation).error[0]));
    EXPECT_TRUE(std::isinf(rounded({{1, 1}, {1, 1}, 0}, activation, {HUGE_VAL, 0}).error[0]));
    EXPECT_TRUE(std::isinf(rounded({{0, 1}, {1, 1}, 0}, activation, {HUGE_VAL, 0}).error[0]));
  }
}

Layer any_layer(uint32_t sources, uint32_t targets, Activation activation, RandomStream& random) {
  Layer layer{sources, targets, {0}, {}, {}, {}};
  layer.activation = activation;
  const double density = random.uniform(0, 1);
  const double scale = std::exp2(random.uniform(-2, 2)) / std::sqrt(1 + density * sources);
  const double lift = random.uniform(-1, 1);
  const bool is_coarse = random.below(4) == 0;  // equal weights, as in the Graph Challenge
  for (uint32_t t = 0; t < targets; ++t) {
    layer.bias.push_back(random.below(4) == 0 ? 0.0F : static_cast<float>(0.3 * (random.uniform() + lift)));
    for (uint32_t s = 0; s < sources; ++s) {
      if (random.uniform() >= density) continue;
      layer.source.push_back(s);
      layer.weight.push_back(static_cast<float>(is_coarse ? scale : scale * random.uniform(-2, 2)));
    }
    layer.begin.push_back(layer.source.size());
  }
  return layer;
}

struct Example {
  GivenLayers layers;
  Network network;
  Inputs inputs;
};

Example any_example(uint64_t item) {
  RandomStream random(3, item);
  const auto activations = all_activations();  // softmax, the last, follows the last layer only
  const Activation common = activations[random.below(activations.size() - 1)];
  std::vector<Layer> layers;
  auto width = static_cast<uint32_t>(1 + random.below(120));
  const uint32_t inputs_wide = width;
  for (uint64_t l = 1 + random.below(random.below(3) == 0 ? 30 : 4); l > 0; --l) {
    const auto next = static_cast<uint32_t>(1 + random.below(120));
    const size_t choices = activations.size() - (l > 1 ? 1 : 0);
    const Activation own = random.below(5) == 0 ? activations[random.below(choices)] : common;
    layers.push_back(any_layer(width, next, own, random));
    width = next;
  }
  GivenLayers given(std::move(layers));
  Network network(given, 1'000'000);
  Inputs inputs{20, inputs_wide, {}, {}, "generated"};
  const bool is_packed = random.below(2) == 0;
  inputs.values.assign(inputs.count * inputs_wide, 0.0F);
  for (float& x : inputs.values)
    if (random.below(3) == 0) x = is_packed ? 1.0F : any_number(random);
  return {std::move(given), std::move(network), std::move(inputs)};
}

/// Each output of each row in turn is moved by twice its error, or by the least a float can where there is none.
uint64_t expect_seen(const Outcome& got, const Outcome& want, uint64_t count, RandomStream& random) {
  uint64_t injected = 0;
  const uint64_t outputs = want.values.size() / count;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t o = i * outputs + random.below(outputs);
    if (!std::isfinite(want.bounds[o])) continue;
    std::vector<double> values = got.values;
    const double sign = got.values[o] < want.values[o] ? -1 : 1;
    values[o] = want.bounds[o] > 0 ? got.values[o] + sign * 2 * want.bounds[o]
                                   : std::nextafter(static_cast<float>(got.values[o]), 1e30F);
    const bool is_row_known = std::all_of(want.bounds.begin() + static_cast<std::ptrdiff_t>(i * outputs),
                                          want.bounds.begin() + static_cast<std::ptrdiff_t>((i + 1) * outputs),
                                          [](double bound) { return std::isfinite(bound); });
    if (!is_row_known) continue;
    EXPECT_EQ(verdict_on(values, want, count).status, "incorrect") << "row " << i << " bound " << want.bounds[o];
    ++injected;
  }
  return injected;
}

TEST(Rounded, EveryEngineIsWithinTheErrorAndTwiceAsMuchIsSeen) {
  const char* const wanted = std::getenv("SPARSIO_ROUNDING_ROWS");
  const uint64_t rows = wanted == nullptr ? 1000 : std::strtoull(wanted, nullptr, 10);
  const auto& engines = Registry<EngineKind>::instance().entries();
  uint64_t compared = 0;
  uint64_t injected = 0;
  double largest = 0;
  for (uint64_t item = 0; compared < rows; ++item) {
    Example one = any_example(item);
    Plan plan;
    plan.network = &one.network;
    plan.layers = &one.layers;
    RandomStream random(4, item);
    plan.panel = static_cast<uint32_t>(1 + random.below(64));
    const auto made = [&](const Registry<EngineKind>::Entry& entry) {
      auto engine = entry.kind.make(Params(entry.kind.options, {}, entry.name));
      engine->prepare(plan);
      return engine;
    };
    plan.track = Track::general;
    const auto& reference = Registry<EngineKind>::instance().find("reference", "test");
    const Outcome want = made(reference)->run(one.inputs, Observe::bounds, {});
    for (const auto& entry : engines) {
      for (const Track track : entry.kind.tracks) {
        plan.track = track;
        try {
          const Outcome got = made(entry)->run(one.inputs, Observe::values, {});
          const Verdict verdict = verdict_on(got.values, want, one.inputs.count);
          ASSERT_EQ(verdict.status, "ok")
              << entry.name << " " << track_name(track) << " item " << item << ": " << verdict.words;
          largest = std::max(largest, verdict.share_of_bound);
          compared += one.inputs.count - verdict.uncompared;
          if (random.below(8) == 0) injected += expect_seen(got, want, one.inputs.count, random);
        } catch (const Unsupported&) {  // the engine's own, or no row to compare
        }
      }
    }
  }
  std::printf("%llu rows compared, %llu errors injected, the largest error %.3f of its bound\n",
              static_cast<unsigned long long>(compared), static_cast<unsigned long long>(injected), largest);
  EXPECT_GT(injected, rows / 20);
}

}  // namespace
}  // namespace sparsio
