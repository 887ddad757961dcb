// high_girth: regular layers without short cycles (directions ignored, the girth is 6 or more), where no two neurons
// share two sources: what grouping twins or clustering wins elsewhere cannot be won here.
// Idea: target t reads the sources t + a mod width for `degree` shifts a. Two neurons meet twice, in one layer or
// across two, only if a difference of shifts repeats. So the shifts of even and of odd layers are the two halves of a
// Sidon set (all differences distinct), found greedily as Mian and Chowla (1944) do. Neurons are then renumbered at
// random in every layer, which keeps the girth and hides the circles.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "gen/generator.hpp"
#include "gen/shared/gaps.hpp"

namespace sparsio {
namespace {

/// The first `count` numbers, greedily, whose differences mod `width` are all distinct; fewer where there are not.
std::vector<uint32_t> distinct_differences(uint32_t width, uint64_t count) {
  std::vector<bool> taken(width, false);
  std::vector<uint32_t> chosen;
  for (uint32_t next = 0; next < width && chosen.size() < count; ++next) {
    std::vector<uint32_t> differences;
    for (const uint32_t old : chosen) {
      differences.push_back(next - old);
      differences.push_back(width - (next - old));
    }
    std::sort(differences.begin(), differences.end());
    const bool repeats = std::adjacent_find(differences.begin(), differences.end()) != differences.end();
    if (repeats || std::any_of(differences.begin(), differences.end(), [&](uint32_t d) { return taken[d]; })) continue;
    for (const uint32_t difference : differences) taken[difference] = true;
    chosen.push_back(next);
  }
  return chosen;
}

class HighGirthLayers final : public LayerSource {
 public:
  HighGirthLayers(uint32_t width, uint64_t layers, std::vector<uint32_t> shifts, uint32_t degree, uint64_t seed)
      : widths_(layers + 1, width), shifts_(std::move(shifts)), degree_(degree), seed_(seed) {}

  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override { at_ = 0; }

  bool next(Layer& layer) override {
    if (at_ == layers()) return false;
    const uint32_t width = widths_.front();
    const uint32_t* const shift = &shifts_[at_ % 2 == 0 ? 0 : shifts_.size() - degree_];
    const std::vector<uint32_t> source_name = names(at_);
    const std::vector<uint32_t> target_name = names(at_ + 1);
    layer.sources = layer.targets = width;
    layer.activation = Activation::relu;
    layer.begin.resize(width + size_t{1});
    layer.source.resize(uint64_t{width} * degree_);
    layer.weight.resize(layer.source.size());
    layer.bias.resize(width);
    for (uint64_t t = 0; t <= width; ++t) layer.begin[t] = t * degree_;
    const double bound = weight_bound(degree_);
    for (uint32_t place = 0; place < width; ++place) {
      const uint32_t t = target_name[place];
      const uint64_t first = uint64_t{t} * degree_;
      RandomStream random(seed_, (at_ << 32) + t);
      for (uint32_t d = 0; d < degree_; ++d)
        layer.source[first + d] = source_name[(uint64_t{place} + shift[d]) % width];
      const auto begin = layer.source.begin() + static_cast<int64_t>(first);
      std::sort(begin, begin + degree_);
      layer.bias[t] = static_cast<float>(random.uniform(-0.1, 0.1));
      for (uint32_t d = 0; d < degree_; ++d)
        layer.weight[first + d] = static_cast<float>(random.uniform(-bound, bound));
    }
    ++at_;
    return true;
  }

 private:
  /// What the neuron at each place of the circle of layer `l` is called.
  std::vector<uint32_t> names(uint64_t l) const {
    std::vector<uint32_t> names(widths_.front());
    std::iota(names.begin(), names.end(), 0U);
    RandomStream random(~seed_, l);
    for (size_t left = names.size(); left > 1; --left) std::swap(names[left - 1], names[random.below(left)]);
    return names;
  }

  std::vector<uint32_t> widths_;
  std::vector<uint32_t> shifts_;  // those of even layers, then those of odd ones
  uint32_t degree_;
  uint64_t seed_;
  uint64_t at_ = 0;
};

NetworkSource make(const Params& params) {
  const auto width = static_cast<uint32_t>(params.count("neurons"));
  const uint64_t layers = params.count("layers");
  const auto degree = static_cast<uint32_t>(params.count("degree"));
  const uint64_t wanted = layers == 1 ? degree : 2 * uint64_t{degree};
  std::vector<uint32_t> shifts = distinct_differences(width, wanted);
  if (shifts.size() < wanted)
    throw BadInput("high_girth: neurons",
                   fmt::format("{} a layer are too few for degree {} without short cycles: {} of {} shifts", width,
                               degree, shifts.size(), wanted),
                   "give more neurons (about 8 x degree^3 are enough) or a smaller degree");
  return std::make_unique<HighGirthLayers>(width, layers, std::move(shifts), degree, params.count("seed"));
}

const Register<NetworkKind> registered{
    {"regular layers in which no two neurons share two others: no undirected cycle shorter than 6",
     {{"neurons", Type::integer, "1024", "neurons a layer", between(1, 1U << 26)},
      {"layers", Type::integer, "4", "layers of connections", between(1, 1U << 20)},
      {"degree", Type::integer, "4", "connections into and out of every neuron", between(1, 256)},
      {"seed", Type::integer, "1", "fixes numbering, weights and biases"}},
     make}};

}  // namespace
}  // namespace sparsio
