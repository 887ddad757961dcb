// adam: steps of about the learning rate whatever the size of the gradient (Kingma, Ba 2015, with their correction of
// the first steps).
#include <cmath>

#include "train/optimiser.hpp"

namespace sparsio {
namespace {

class Adam final : public Optimiser {
 public:
  Adam(const Params& params, size_t parameters)
      : beta1_(params.real("beta1")),
        beta2_(params.real("beta2")),
        epsilon_(static_cast<float>(params.real("epsilon"))),
        decay_(static_cast<float>(params.real("weight_decay"))),
        mean_(parameters),
        square_(parameters) {}

  void begin_step(uint64_t step, double rate) override {
    const auto n = static_cast<double>(step);
    rate_ = static_cast<float>(rate / (1 - std::pow(beta1_, n)));
    scale_ = static_cast<float>(1 / (1 - std::pow(beta2_, n)));
  }

  void update(float* parameter, const float* gradient, size_t at, size_t count) override {
    const auto b1 = static_cast<float>(beta1_), b2 = static_cast<float>(beta2_);
    float* const mean = mean_.data() + at;
    float* const square = square_.data() + at;
    for (size_t i = 0; i < count; ++i) {
      const float g = gradient[i] + decay_ * parameter[i];
      mean[i] = b1 * mean[i] + rest1_ * g;
      square[i] = b2 * square[i] + rest2_ * g * g;
      parameter[i] -= rate_ * mean[i] / (std::sqrt(square[i] * scale_) + epsilon_);
    }
  }

  std::vector<std::span<float>> memory() override { return {std::span(mean_), std::span(square_)}; }

 private:
  double beta1_;
  double beta2_;
  float epsilon_;
  float decay_;
  float rest1_ = static_cast<float>(1 - beta1_);  // in float, 1 - 0.999 would lose four digits
  float rest2_ = static_cast<float>(1 - beta2_);
  float rate_ = 0;
  float scale_ = 1;
  std::vector<float> mean_;
  std::vector<float> square_;
};

std::unique_ptr<Optimiser> make(const Params& params, size_t parameters) {
  return std::make_unique<Adam>(params, parameters);
}

const Register<OptimiserKind> registered{
    {"Adam: steps of about the learning rate, whatever the size of the gradient",
     with_schedule("0.001", {{"beta1", Type::real, "0.9", "how long means of gradients last", between(0, 0.999999)},
                             {"beta2", Type::real, "0.999", "how long means of squares last", between(0, 0.999999)},
                             {"epsilon", Type::real, "1e-8", "added to the root", between(1e-30, 1)},
                             {"weight_decay", Type::real, "0", "what of a parameter is added to its gradient"}}),
     make}};

}  // namespace
}  // namespace sparsio
