#include "train/shared/slopes.hpp"

namespace sparsio {
namespace {

template <class Derivative>
void multiply(std::span<float> slope, const float* y, Derivative derivative_at) {
  for (size_t i = 0; i < slope.size(); ++i) slope[i] *= derivative_at(y[i]);
}

}  // namespace

void by_the_sums(const Activation& activation, std::span<float> slope, const float* y, const float* sum) {
  switch (activation.kind) {
    case ActivationKind::identity:
    case ActivationKind::softmax:
      return;
    case ActivationKind::relu:
      for (size_t i = 0; i < slope.size(); ++i) slope[i] = y[i] > 0 ? slope[i] : 0;
      return;
    case ActivationKind::challenge:
      for (size_t i = 0; i < slope.size(); ++i) slope[i] = y[i] > 0 && y[i] < 32 ? slope[i] : 0;
      return;
    case ActivationKind::leaky_relu:
      return multiply(slope, y, [&](float v) { return v > 0 ? 1.0F : activation.slope; });
    case ActivationKind::sigmoid:
      return multiply(slope, y, [](float v) { return v * (1 - v); });
    case ActivationKind::tanh:
      return multiply(slope, y, [](float v) { return 1 - v * v; });
    case ActivationKind::hard_sigmoid:
      return multiply(slope, y, [&](float v) { return v > 0 && v < 1 ? activation.slope : 0.0F; });
    case ActivationKind::gelu:
    case ActivationKind::gelu_tanh:
    case ActivationKind::silu:
      for (size_t i = 0; i < slope.size(); ++i)
        slope[i] *= static_cast<float>(derivative(activation, double{sum[i]}, double{y[i]}));
      return;
  }
}

}  // namespace sparsio
