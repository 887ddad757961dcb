// pruned: networks like those that magnitude pruning leaves.
// Before pruning, the weight of target t from source s is a_t b_s n, with n standard normal and a and b log-normal of
// spread `spread`: in trained networks some neurons matter more than others, so that what is left is not spread
// evenly, and rows and columns of many connections overlap. Of each layer the weights that are largest in magnitude
// are kept, exactly round(density x cells) of them. They are then scaled to the variance of He et al. 2015, so that
// values neither die nor grow. spread = 0 is mlp with a fixed number of connections.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/random.hpp"
#include "gen/shared/pruned_layers.hpp"

namespace sparsio {
namespace {

/// All weights of a layer are made before most are dropped: two times 4 bytes a cell.
constexpr uint64_t most_cells = uint64_t{1} << 28;

/// One a layer, or one for all: "0.1", "0.05-0.05-1".
std::vector<double> parse_densities(std::string_view text, const std::string& place) {
  std::vector<double> densities;
  for (std::string_view rest = text;;) {
    const size_t dash = rest.find('-');
    const double density = parse_real(rest.substr(0, dash), place);
    if (density < 0 || density > 1)
      throw BadInput(place, fmt::format("'{}' is no density", rest.substr(0, dash)),
                     "give 0 to 1, or one a layer: 0.05-0.05-1");
    densities.push_back(density);
    if (dash == std::string_view::npos) return densities;
    rest.remove_prefix(dash + 1);
  }
}

void check_densities(const std::string& text, const std::string& place) {
  parse_densities(text, place);
}

/// Standard normal (Box and Muller 1958).
double normal(RandomStream& random) {
  const double size = std::sqrt(-2 * std::log1p(-random.uniform()));
  return size * std::cos(2 * std::numbers::pi * random.uniform());
}

class MagnitudePruned final : public LayerSource {
 public:
  MagnitudePruned(PrunedShape shape, std::vector<double> densities, double spread)
      : shape_(std::move(shape)), densities_(std::move(densities)), spread_(spread) {}

  const std::vector<uint32_t>& widths() const override { return shape_.widths; }
  void restart() override { at_ = 0; }

  bool next(Layer& layer) override {
    if (at_ == layers()) return false;
    begin_layer(shape_, at_, layer);
    const std::vector<float> weight = all_weights(layer.sources, layer.targets);
    keep_largest(weight, densities_[densities_.size() == 1 ? 0 : at_], layer);
    ++at_;
    return true;
  }

 private:
  /// The streams of a layer: a target's weights and bias, then the scales of targets and of sources.
  RandomStream stream(uint64_t item) const { return {shape_.seed, (at_ << 34) + item}; }

  std::vector<double> scales(uint32_t count, uint64_t item) const {
    RandomStream random = stream(item);
    std::vector<double> list(count);
    for (double& scale : list) scale = std::exp(spread_ * normal(random));
    return list;
  }

  std::vector<float> all_weights(uint32_t sources, uint32_t targets) const {
    const std::vector<double> of_target = scales(targets, uint64_t{1} << 32);
    const std::vector<double> of_source = scales(sources, uint64_t{1} << 33);
    std::vector<float> weight(uint64_t{sources} * targets);
    for (uint64_t t = 0; t < targets; ++t) {
      RandomStream random = stream(t);
      for (uint64_t s = 0; s < sources; ++s)
        weight[t * sources + s] = static_cast<float>(of_target[t] * of_source[s] * normal(random));
    }
    return weight;
  }

  void keep_largest(const std::vector<float>& weight, double density, Layer& layer) const {
    const auto kept = static_cast<uint64_t>(std::llround(density * static_cast<double>(weight.size())));
    std::vector<float> size(weight.size());
    std::transform(weight.begin(), weight.end(), size.begin(), [](float w) { return std::abs(w); });
    const auto last = size.begin() + static_cast<std::ptrdiff_t>(weight.size() - kept);
    if (last != size.end()) std::nth_element(size.begin(), last, size.end());
    const float least = last == size.end() ? HUGE_VALF : *last;
    // Of those that are as large as the least, as many as there is room for.
    uint64_t ties = kept - static_cast<uint64_t>(std::count_if(last, size.end(), [&](float w) { return w > least; }));
    double squares = 0;
    for (uint64_t t = 0; t < layer.targets; ++t) {
      for (uint64_t s = 0; s < layer.sources; ++s) {
        const float w = weight[t * layer.sources + s];
        if (std::abs(w) < least || (std::abs(w) == least && ties-- == 0)) continue;
        layer.source.push_back(static_cast<uint32_t>(s));
        layer.weight.push_back(w);
        squares += double{w} * w;
      }
      layer.begin.push_back(layer.source.size());
      RandomStream random = stream(t + (uint64_t{3} << 32));
      layer.bias.push_back(static_cast<float>(random.uniform(-0.1, 0.1)));
    }
    const double mean_degree = static_cast<double>(kept) / layer.targets;
    const double scale = std::sqrt(2 / std::max(1.0, mean_degree) * static_cast<double>(kept) / squares);
    for (float& w : layer.weight) w = static_cast<float>(scale * double{w});
  }

  PrunedShape shape_;
  std::vector<double> densities_;
  double spread_;
  uint64_t at_ = 0;
};

NetworkSource make(const Params& params) {
  PrunedShape shape = pruned_shape(params, "pruned");
  std::vector<double> densities = parse_densities(params.text("density"), "pruned: density");
  const size_t layers = shape.widths.size() - 1;
  if (densities.size() != 1 && densities.size() != layers)
    throw BadInput("pruned: density", fmt::format("{} densities for {} layers", densities.size(), layers),
                   "give one, or one a layer");
  for (size_t l = 0; l < layers; ++l)
    if (uint64_t{shape.widths[l]} * shape.widths[l + 1] > most_cells)
      throw Unsupported("pruned makes all weights of a layer before it drops most, up to 2^28; mlp makes larger ones");
  return std::make_unique<MagnitudePruned>(std::move(shape), std::move(densities), params.real("spread"));
}

const Register<NetworkKind> registered{
    {"layers as magnitude pruning leaves them: of row scale x column scale x normal the largest are kept",
     {widths_option,
      {"density", Type::text, "0.1", "share of the weights kept, or one a layer: 0.05-0.05-1",
       checked_by(check_densities)},
      {"spread", Type::real, "0.5", "of the log-normal scales of rows and columns; 0: none", between(0, 4)},
      {"seed", Type::integer, "1", "fixes connections, weights and biases"},
      activation_option,
      last_activation_option},
     make}};

}  // namespace
}  // namespace sparsio
