// dense: fully connected layers, nothing pruned. What a sparse engine is measured against, and the network with the
// most reuse there is: every value is read by every neuron of the next layer.
#include "gen/generator.hpp"
#include "gen/shared/activations.hpp"
#include "gen/shared/gaps.hpp"
#include "gen/shared/widths.hpp"

namespace sparsio {
namespace {

class DenseLayers final : public LayerSource {
 public:
  DenseLayers(std::vector<uint32_t> widths, uint64_t seed, LayerActivations activations)
      : widths_(std::move(widths)), seed_(seed), activations_(activations) {}

  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override { at_ = 0; }

  bool next(Layer& layer) override {
    if (at_ == layers()) return false;
    layer.sources = widths_[at_];
    layer.targets = widths_[at_ + 1];
    layer.activation = activations_.of(at_, layers());
    layer.begin.resize(layer.targets + size_t{1});
    layer.source.resize(uint64_t{layer.sources} * layer.targets);
    layer.weight.resize(layer.source.size());
    layer.bias.resize(layer.targets);
    const double bound = weight_bound(layer.sources);
    uint64_t k = 0;
    layer.begin[0] = 0;
    for (uint32_t t = 0; t < layer.targets; ++t) {
      RandomStream random(seed_, (at_ << 32) + t);
      layer.bias[t] = static_cast<float>(random.uniform(-0.1, 0.1));
      for (uint32_t s = 0; s < layer.sources; ++s, ++k) {
        layer.source[k] = s;
        layer.weight[k] = static_cast<float>(random.uniform(-bound, bound));
      }
      layer.begin[t + 1] = k;
    }
    ++at_;
    return true;
  }

 private:
  std::vector<uint32_t> widths_;
  uint64_t seed_;
  LayerActivations activations_;
  uint64_t at_ = 0;
};

NetworkSource make(const Params& params) {
  std::vector<uint32_t> widths = parse_widths(params.text("widths"), "dense: widths");
  check_layers_fit(widths, 1, "dense");
  return std::make_unique<DenseLayers>(std::move(widths), params.count("seed"), LayerActivations(params));
}

const Register<NetworkKind> registered{
    {"fully connected layers, nothing pruned",
     {{"widths", Type::text, "500x5", "neurons a layer: 500x5 is five layers of 500, 1024-4096-1024 lists them",
       checked_by(check_widths)},
      {"seed", Type::integer, "1", "fixes weights and biases"},
      activation_option,
      last_activation_option},
     make}};

}  // namespace
}  // namespace sparsio
