// sgd: against the gradient, with momentum: v = momentum v + g, w -= rate v. Weight decay adds weight_decay w to g, of
// biases too, as PyTorch has it.
#include "train/optimiser.hpp"

namespace sparsio {
namespace {

class Sgd final : public Optimiser {
 public:
  Sgd(double momentum, double decay, size_t parameters)
      : momentum_(static_cast<float>(momentum)), decay_(static_cast<float>(decay)) {
    if (momentum > 0) velocity_.resize(parameters);
  }

  void begin_step(uint64_t, double rate) override { rate_ = static_cast<float>(rate); }

  void update(float* parameter, const float* gradient, size_t at, size_t count) override {
    if (velocity_.empty()) {
      for (size_t i = 0; i < count; ++i) parameter[i] -= rate_ * (gradient[i] + decay_ * parameter[i]);
      return;
    }
    float* const velocity = velocity_.data() + at;
    for (size_t i = 0; i < count; ++i) {
      velocity[i] = momentum_ * velocity[i] + (gradient[i] + decay_ * parameter[i]);
      parameter[i] -= rate_ * velocity[i];
    }
  }

  std::vector<std::span<float>> memory() override {
    if (velocity_.empty()) return {};
    return {std::span(velocity_)};
  }

 private:
  float momentum_;
  float decay_;
  float rate_ = 0;
  std::vector<float> velocity_;
};

std::unique_ptr<Optimiser> make(const Params& params, size_t parameters) {
  return std::make_unique<Sgd>(params.real("momentum"), params.real("weight_decay"), parameters);
}

const Register<OptimiserKind> registered{
    {"stochastic gradient descent with momentum",
     with_schedule("0.05", {{"momentum", Type::real, "0.9", "share of the last step that goes on", between(0, 1)},
                            {"weight_decay", Type::real, "0", "what of a parameter is added to its gradient"}}),
     make}};

}  // namespace
}  // namespace sparsio
