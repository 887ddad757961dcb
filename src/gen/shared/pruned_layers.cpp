#include "gen/shared/pruned_layers.hpp"

#include <fmt/format.h>

#include "gen/shared/gaps.hpp"

namespace sparsio {
namespace {

/// Neurons per layer, at least two layers, each 1 to 2^26 neurons. Parts may be mixed: "784-300x3-10".
std::vector<uint32_t> parse_widths(std::string_view text, const std::string& place) {
  constexpr uint64_t widest = uint64_t{1} << 26;
  constexpr uint64_t deepest = uint64_t{1} << 20;
  const std::string remedy = "write 500x5 for five layers of 500 neurons, or 1024-4096-1024";
  std::vector<uint32_t> widths;
  std::string_view rest = text;
  while (true) {
    const size_t dash = rest.find('-');
    const std::string_view part = rest.substr(0, dash);
    const size_t times = part.find('x');
    const uint64_t width = parse_count(part.substr(0, times), place);
    const uint64_t repeat = times == std::string_view::npos ? 1 : parse_count(part.substr(times + 1), place);
    if (width == 0 || width > widest || repeat == 0 || widths.size() + repeat > deepest)
      throw BadInput(place, fmt::format("'{}' is out of range", part), remedy);
    widths.insert(widths.end(), repeat, static_cast<uint32_t>(width));
    if (dash == std::string_view::npos) break;
    rest = rest.substr(dash + 1);
  }
  if (widths.size() < 2) throw BadInput(place, fmt::format("'{}' is one layer of neurons", text), remedy);
  return widths;
}

class PrunedLayers final : public LayerSource {
 public:
  PrunedLayers(PrunedShape shape, double density) : shape_(std::move(shape)), density_(density) {}

  const std::vector<uint32_t>& widths() const override { return shape_.widths; }
  void restart() override { at_ = 0; }

  bool next(Layer& layer) override {
    if (at_ == layers()) return false;
    begin_layer(shape_, at_, layer);
    const auto expected = static_cast<size_t>(density_ * layer.sources * layer.targets);
    layer.source.reserve(expected);
    layer.weight.reserve(expected);
    const double bound = weight_bound(density_ * layer.sources);
    for (uint32_t t = 0; t < layer.targets; ++t) {
      RandomStream random(shape_.seed, (at_ << 32) + t);
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
  PrunedShape shape_;
  double density_;
  uint64_t at_ = 0;
};

}  // namespace

PrunedShape pruned_shape(const Params& params, std::string_view kind) {
  PrunedShape shape;
  shape.widths = parse_widths(params.text("widths"), fmt::format("{}: widths", kind));
  shape.seed = params.count("seed");
  shape.activation = parse_activation(params.text("activation"), "activation");
  shape.last = params.text("last") == "same" ? shape.activation : parse_activation(params.text("last"), "last");
  if (shape.widths.size() > 2)
    check_softmax_is_last(std::vector{shape.activation, shape.last}, 2, fmt::format("{}: activation", kind));
  return shape;
}

void begin_layer(const PrunedShape& shape, uint64_t at, Layer& layer) {
  layer.sources = shape.widths[at];
  layer.targets = shape.widths[at + 1];
  layer.activation = at + 2 == shape.widths.size() ? shape.last : shape.activation;
  layer.begin.assign(1, 0);
  layer.source.clear();
  layer.weight.clear();
  layer.bias.clear();
}

NetworkSource pruned_layers(const Params& params, double density, std::string_view kind) {
  PrunedShape shape = pruned_shape(params, kind);
  for (size_t l = 0; l + 1 < shape.widths.size(); ++l)
    if (density * shape.widths[l] * shape.widths[l + 1] >= 0x1p32)
      throw Unsupported(fmt::format("{} with 2^32 connections or more in a layer does not fit in memory", kind));
  return std::make_unique<PrunedLayers>(std::move(shape), density);
}

void check_widths(const std::string& text, const std::string& place) {
  parse_widths(text, place);
}

void check_activation_name(const std::string& text, const std::string& place) {
  parse_activation(text, place);
}

void check_last_activation(const std::string& text, const std::string& place) {
  if (text != "same") parse_activation(text, place);
}

}  // namespace sparsio
