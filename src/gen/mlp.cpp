// mlp: fully connected layers of which a random part is kept, the random networks of Gleinig et al. 2023.
// Every possible connection between neighbouring layers is there with probability `density`, independently. A target's
// sources are drawn by geometric gaps from a stream of its own, so that any thread can make any row.
#include "base/random.hpp"
#include "gen/generator.hpp"
#include "gen/shared/activations.hpp"
#include "gen/shared/gaps.hpp"
#include "gen/shared/widths.hpp"

namespace sparsio {
namespace {

class MlpLayers final : public LayerSource {
 public:
  MlpLayers(std::vector<uint32_t> widths, double density, uint64_t seed, LayerActivations activations)
      : widths_(std::move(widths)), density_(density), seed_(seed), activations_(activations) {}

  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override { at_ = 0; }

  bool next(Layer& layer) override {
    if (at_ == layers()) return false;
    layer.sources = widths_[at_];
    layer.targets = widths_[at_ + 1];
    layer.activation = activations_.of(at_, layers());
    layer.begin.assign(1, 0);
    layer.source.clear();
    layer.weight.clear();
    layer.bias.clear();
    const double bound = weight_bound(density_ * layer.sources);
    for (uint32_t t = 0; t < layer.targets; ++t) {
      RandomStream random(seed_, (at_ << 32) + t);
      layer.bias.push_back(static_cast<float>(random.uniform(-0.1, 0.1)));
      for (uint64_t s = next_kept(random, density_, 0); s < layer.sources; s = next_kept(random, density_, s + 1)) {
        layer.source.push_back(static_cast<uint32_t>(s));
        layer.weight.push_back(static_cast<float>(random.uniform(-bound, bound)));
      }
      layer.begin.push_back(layer.source.size());
    }
    ++at_;
    return true;
  }

 private:
  std::vector<uint32_t> widths_;
  double density_;
  uint64_t seed_;
  LayerActivations activations_;
  uint64_t at_ = 0;
};

NetworkSource make(const Params& params) {
  std::vector<uint32_t> widths = parse_widths(params.text("widths"), "mlp: widths");
  check_layers_fit(widths, params.real("density"), "mlp");
  return std::make_unique<MlpLayers>(std::move(widths), params.real("density"), params.count("seed"),
                                     LayerActivations(params));
}

const Register<NetworkKind> registered{
    {"a multilayer perceptron pruned at random, each possible connection kept with probability density",
     {{"widths", Type::text, "500x5", "neurons a layer: 500x5 is five layers of 500, 1024-4096-1024 lists them",
       checked_by(check_widths)},
      {"density", Type::real, "0.1", "probability of each possible connection", between(0, 1)},
      {"seed", Type::integer, "1", "fixes connections, weights and biases"},
      activation_option,
      last_activation_option},
     make}};

}  // namespace
}  // namespace sparsio
