// Activations in double precision. It asserts:
// - the derivative is that of finite differences, of each with several parameters, and needs only what its rule says;
// - of softmax, the rule's matrix is that of finite differences, and the values add up to 1, large sums included;
// - names with parameters come back, and what is no activation, parameter or value is refused with a remedy;
// - an input of zeros stays zero exactly where f(0, b) = 0.
#include "net/activation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.hpp"

namespace sparsio {
namespace {

std::vector<Activation> with_parameters() {
  std::vector<Activation> list = all_activations();
  for (const char* text : {"leaky_relu:slope=0", "leaky_relu:slope=1.5", "hard_sigmoid:slope=0.2,shift=0.4"})
    list.push_back(parse_activation(text, "test"));
  return list;
}

TEST(Activation, DerivativesAreThoseOfFiniteDifferences) {
  constexpr double step = 1e-5;
  const double none = std::numeric_limits<double>::quiet_NaN();
  for (const Activation& one : with_parameters())
    for (double s = -9.03; s < 40; s += 0.1) {
      const double y = activate(one, s, 0);
      const double want = (activate(one, s + step, 0) - activate(one, s - step, 0)) / (2 * step);
      const double at = rule_of(one).derivative_from == DerivativeFrom::sum ? s : none;
      EXPECT_NEAR(derivative(one, at, y), want, 1e-7) << activation_name(one) << " at " << s;
    }
}

TEST(Activation, SoftmaxIsOneWholeAndItsDerivativeTheRules) {
  const std::vector<double> sums = {0.3, -2, 1.7, 1.7, -40};
  std::vector<uint64_t> of(sums.size());
  std::iota(of.begin(), of.end(), 0U);
  std::vector<double> y = sums;
  softmax(y, of);
  EXPECT_NEAR(std::accumulate(y.begin(), y.end(), 0.0), 1, 1e-12);
  for (size_t j = 0; j < sums.size(); ++j) {
    std::vector<double> more = sums;
    more[j] += 1e-6;
    softmax(more, of);
    for (size_t i = 0; i < sums.size(); ++i)
      EXPECT_NEAR((more[i] - y[i]) / 1e-6, y[i] * ((i == j ? 1 : 0) - y[j]), 1e-6);
  }
  std::vector<double> large = {1e4, 9e3, 7};
  softmax(large, std::vector<uint64_t>{2, 0});
  EXPECT_EQ(large, (std::vector<double>{1, 9e3, 0}));
}

TEST(Activation, NamesComeBack) {
  for (const Activation& one : with_parameters()) EXPECT_EQ(parse_activation(activation_name(one), "test"), one);
  EXPECT_EQ(activation_name(parse_activation("leaky_relu:slope=0.01", "test")), "leaky_relu");
  EXPECT_EQ(activation_name(parse_activation("hard_sigmoid:shift=0.25,slope=2", "test")),
            "hard_sigmoid:slope=2,shift=0.25");
  for (const Activation& one : with_parameters()) EXPECT_EQ(activation_name(one).find(' '), std::string::npos);
}

TEST(Activation, WhatIsNoneIsRefusedWithARemedy) {
  const auto refusal = [](const char* text) -> std::string {
    try {
      parse_activation(text, "place");
    } catch (const BadInput& error) {
      return error.what();
    }
    return "taken";
  };
  EXPECT_NE(refusal("rely").find("did you mean 'relu'"), std::string::npos) << refusal("rely");
  EXPECT_NE(refusal("relu:slope=1").find("it has none"), std::string::npos);
  EXPECT_NE(refusal("leaky_relu:shift=1").find("it has slope"), std::string::npos);
  EXPECT_NE(refusal("leaky_relu:slope").find("it has slope"), std::string::npos);
  EXPECT_NE(refusal("leaky_relu:").find("it has slope"), std::string::npos);
  for (const char* text : {"leaky_relu:slope=-1", "leaky_relu:slope=1e39", "leaky_relu:slope=nan", "leaky_relu:slope=x",
                           "hard_sigmoid:slope=0", "hard_sigmoid:shift=1e39", "hard_sigmoid:slope=0.2,"})
    EXPECT_EQ(refusal(text).substr(0, 5), "place") << text;
}

TEST(Activation, ZerosStayWhereTheBiasIsMappedToZero) {
  for (const Activation& one : with_parameters())
    for (const float bias : {0.0F, -0.0F, -0.5F, 0.5F}) {
      const bool is_zero = activate(one, 0, double{bias}) == 0 && one.kind != ActivationKind::softmax;
      EXPECT_EQ(zeros_stay(one, bias), is_zero) << activation_name(one) << ' ' << bias;
    }
  EXPECT_TRUE(zeros_stay(parse_activation("gelu", "test"), 0));
  EXPECT_FALSE(zeros_stay(parse_activation("gelu", "test"), -0.5F));
  EXPECT_FALSE(zeros_stay(parse_activation("sigmoid", "test"), 0));
  EXPECT_TRUE(zeros_stay(parse_activation("hard_sigmoid", "test"), -3));
  EXPECT_TRUE(zeros_stay(parse_activation("leaky_relu:slope=0", "test"), -3));
}

TEST(Activation, SoftmaxIsOfTheLastLayerOnly) {
  const Activation last = parse_activation("softmax", "test");
  EXPECT_NO_THROW(check_softmax_is_last(std::vector{Activation::relu, last}, 2, "test"));
  EXPECT_NO_THROW(check_softmax_is_last(std::vector{last}, 1, "test"));
  EXPECT_THROW(check_softmax_is_last(std::vector{last, last}, 2, "test"), BadInput);
  EXPECT_THROW(check_softmax_is_last(std::vector{last}, 3, "test"), BadInput);
}

}  // namespace
}  // namespace sparsio
