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
  PrunedLayers(std::vector<uint32_t> widths, double density, uint64_t seed, Activation activation, Activation last)
      : widths_(std::move(widths)), density_(density), seed_(seed), activation_(activation), last_(last) {}

  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override { at_ = 0; }

  bool next(Layer& layer) override {
    if (at_ == layers()) return false;
    layer.sources = widths_[at_];
    layer.targets = widths_[at_ + 1];
    layer.activation = at_ + 1 == layers() ? last_ : activation_;
    layer.begin.assign(1, 0);
    layer.source.clear();
    layer.weight.clear();
    layer.bias.clear();
    const auto expected = static_cast<size_t>(density_ * layer.sources * layer.targets);
    layer.source.reserve(expected);
    layer.weight.reserve(expected);
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
  Activation activation_;
  Activation last_;
  uint64_t at_ = 0;
};

}  // namespace

NetworkSource pruned_layers(const Params& params, double density, std::string_view kind) {
  std::vector<uint32_t> widths = parse_widths(params.text("widths"), fmt::format("{}: widths", kind));
  for (size_t l = 0; l + 1 < widths.size(); ++l)
    if (density * widths[l] * widths[l + 1] >= 0x1p32)
      throw Unsupported(fmt::format("{} with 2^32 connections or more in a layer does not fit in memory", kind));
  const Activation all = parse_activation(params.text("activation"), "activation");
  const Activation last = params.text("last") == "same" ? all : parse_activation(params.text("last"), "last");
  const size_t layers = widths.size() - 1;
  if (layers > 1) check_softmax_is_last(std::vector{all, last}, 2, fmt::format("{}: activation", kind));
  return std::make_unique<PrunedLayers>(std::move(widths), density, params.count("seed"), all, last);
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
