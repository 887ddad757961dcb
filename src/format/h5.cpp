// h5: networks and inputs in our own form, exact and quick to read: the cache of what was slow to parse or generate,
// and what analysis/import_network.py writes. Facts of every file: program `sparsio`, holds `network` or `inputs`,
// version 1. A network has the facts shape, `layers` or `dag`, and activation. Of layers there are the arrays widths
// and for each layer layers/1/begin, layers/1/source, layers/1/weight, layers/1/bias (a Layer as it lies in memory),
// walked one at a time; of a general DAG dag/begin, dag/source, dag/weight, dag/bias. Where layers have several
// activations, the fact names them, apart by spaces (a parameter follows its name: leaky_relu:slope=0.2), and the array
// activations has a byte a layer, or without layers a byte a neuron: which of them, from 0. Inputs have the facts
// count, width and values, `bits` or `reals`, and the array of that name: bits packed as in .bits, or reals row by row.
// array_file has the checksum. A file that holds `outputs` is format/outputs.hpp's.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "format/format.hpp"
#include "format/h5/array_file.hpp"
#include "format/shared/stored_layers.hpp"

namespace sparsio {
namespace {

constexpr uint64_t version = 1;

std::unique_ptr<ArrayReader> open_arrays(const std::string& path, std::string_view what) {
  auto arrays = std::make_unique<ArrayReader>(path);
  if (arrays->text("program") != "sparsio" || arrays->text("holds") != what)
    throw BadInput(path, fmt::format("holds {}, not {}", arrays->text("holds"), what), "give another file");
  if (arrays->number("version") != version)
    throw BadInput(path, fmt::format("version {}, this program reads {}", arrays->number("version"), version),
                   "write it again");
  return arrays;
}

/// Of each of so many layers or neurons, or one for all.
std::vector<Activation> read_activations(const ArrayReader& arrays, uint64_t count, std::string_view of,
                                         const std::string& path) {
  std::vector<Activation> named;
  std::istringstream names(arrays.text("activation"));
  for (std::string name; names >> name;) named.push_back(parse_activation(name, path));
  if (named.empty()) throw BadInput(path, "names no activation", "write it again");
  if (named.size() == 1) return named;
  std::vector<uint8_t> which;
  arrays.read("activations", which);
  if (which.size() != count)
    throw BadInput(path, fmt::format("{} activations for {} {}", which.size(), count, of), "write it again");
  std::vector<Activation> activations;
  for (const uint8_t one : which) {
    if (one >= named.size())
      throw BadInput(path, fmt::format("activation {} of the {} that are named", one, named.size()), "write it again");
    activations.push_back(named[one]);
  }
  return activations;
}

void write_activations(ArrayWriter& arrays, std::span<const Activation> activations) {
  std::vector<Activation> named;
  std::vector<uint8_t> which;
  std::string names;
  for (const Activation& one : activations) {
    const auto found = std::find(named.begin(), named.end(), one);
    which.push_back(static_cast<uint8_t>(found - named.begin()));
    if (found != named.end()) continue;
    if (named.size() == 256)
      throw Unsupported("h5 holds up to 256 activations a network, a slope of another value one more");
    named.push_back(one);
    names += fmt::format("{}{}", names.empty() ? "" : " ", activation_name(one));
  }
  arrays.fact("activation", names);
  if (named.size() > 1) arrays.array("activations", std::span<const uint8_t>(which));
}

void read_layer(const ArrayReader& arrays, const std::string& group, Layer& layer) {
  arrays.read(group + "/begin", layer.begin);
  arrays.read(group + "/source", layer.source);
  arrays.read(group + "/weight", layer.weight);
  arrays.read(group + "/bias", layer.bias);
}

class ArrayLayers final : public LayerSource {
 public:
  ArrayLayers(const std::string& path, std::unique_ptr<ArrayReader> arrays) : path_(path), arrays_(std::move(arrays)) {
    arrays_->read("widths", widths_);
    if (widths_.size() < 2) throw BadInput(path, "fewer than two widths", "write it again");
    // A layer's offsets are in the file, so it cannot be wider than that; of the inputs nothing is, they have a limit.
    for (size_t l = 1; l < widths_.size(); ++l)
      if (widths_[l] == 0 || widths_[l] > arrays_->bytes() / sizeof(uint64_t))
        throw BadInput(path, fmt::format("{} neurons in layer {}, more than the file holds", widths_[l], l),
                       "write it again");
    if (widths_.front() == 0 || widths_.front() > (1U << 28))
      throw BadInput(path, fmt::format("{} neurons in the input layer", widths_.front()), "give 1 to 2^28");
    activations_ = read_activations(*arrays_, layers(), "layers", path);
    check_softmax_is_last(activations_, layers(), path);
  }

  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override { at_ = 0; }
  bool next(Layer& layer) override {
    if (at_ == layers()) return false;
    const std::string group = fmt::format("layers/{}", at_ + 1);
    layer.sources = widths_[at_];
    layer.targets = widths_[at_ + 1];
    layer.activation = activations_[activations_.size() == 1 ? 0 : at_];
    read_layer(*arrays_, group, layer);
    check_layer(layer, path_ + ": " + group);
    ++at_;
    return true;
  }

 private:
  std::string path_;
  std::unique_ptr<ArrayReader> arrays_;
  std::vector<uint32_t> widths_;
  std::vector<Activation> activations_;  // of each layer, or one for all
  uint64_t at_ = 0;
};

NetworkSource read_network(const std::string& path, const Params&) {
  auto arrays = open_arrays(path, "network");
  const std::string shape = arrays->text("shape");
  if (shape == "layers") return std::make_unique<ArrayLayers>(path, std::move(arrays));
  if (shape != "dag") throw BadInput(path, fmt::format("no shape '{}'", shape), "have: layers dag");
  Layer all;
  read_layer(*arrays, "dag", all);
  if (all.bias.size() >= UINT32_MAX) throw BadInput(path, "more than 2^32 - 2 neurons", "split it");
  all.sources = all.targets = static_cast<uint32_t>(all.bias.size());
  check_layer(all, path + ": dag");
  std::vector<Activation> activations = read_activations(*arrays, all.targets, "neurons", path);
  std::vector<Connection> connections;
  connections.reserve(all.source.size());
  for (uint32_t v = 0; v < all.targets; ++v)
    for (uint64_t k = all.begin[v]; k < all.begin[v + 1]; ++k) connections.push_back({all.source[k], v, all.weight[k]});
  return Network(all.targets, std::move(connections), std::move(all.bias), std::move(activations), path);
}

void write_layer(ArrayWriter& arrays, const std::string& group, const Layer& layer) {
  arrays.array(group + "/begin", std::span<const uint64_t>(layer.begin));
  arrays.array(group + "/source", std::span<const uint32_t>(layer.source));
  arrays.array(group + "/weight", std::span<const float>(layer.weight));
  arrays.array(group + "/bias", std::span<const float>(layer.bias));
}

void write_facts(ArrayWriter& arrays, std::string_view what) {
  arrays.fact("program", std::string_view("sparsio"));
  arrays.fact("holds", what);
  arrays.fact("version", version);
}

void write_network(NetworkSource& source, const std::string& path) {
  ArrayWriter arrays(path);
  write_facts(arrays, "network");
  const Network* whole = std::get_if<Network>(&source);
  if (whole != nullptr && whole->layer_begin().empty()) {
    write_activations(arrays, whole->activations());
    arrays.fact("shape", std::string_view("dag"));
    arrays.array("dag/begin", whole->in_begin());
    arrays.array("dag/source", whole->source());
    arrays.array("dag/weight", whole->weight());
    arrays.array("dag/bias", whole->bias());
  } else {
    const std::unique_ptr<LayerSource> view = whole != nullptr ? layered(*whole) : nullptr;
    LayerSource& layers = view ? *view : *std::get<std::unique_ptr<LayerSource>>(source);
    arrays.fact("shape", std::string_view("layers"));
    arrays.array("widths", std::span<const uint32_t>(layers.widths()));
    std::vector<Activation> activations;
    Layer layer;
    layers.restart();
    while (layers.next(layer)) {
      activations.push_back(layer.activation);
      write_layer(arrays, fmt::format("layers/{}", activations.size()), layer);
    }
    layers.restart();
    write_activations(arrays, activations);
  }
  arrays.finish();
}

void check_inputs(const Inputs& inputs, const std::string& path) {
  const uint64_t values = inputs.is_packed() ? inputs.bits.size() : inputs.values.size();
  const uint64_t row = inputs.is_packed() ? inputs.row_bytes() : inputs.width;
  if (row == 0 || inputs.count == 0 || values / row != inputs.count || values % row != 0)
    throw BadInput(path, fmt::format("{} values are not {} rows of {}", values, inputs.count, row), "write it again");
  for (const float value : inputs.values)
    if (!std::isfinite(value)) throw BadInput(path, "an input is not finite", "write it again");
  if (const auto padded = row_with_set_padding(inputs))
    throw BadInput(path, fmt::format("input {}: a bit beyond the {} of a row is set", *padded + 1, inputs.width),
                   "write it again");
}

Inputs read_inputs(const std::string& path, uint32_t width, const Params&) {
  const auto arrays = open_arrays(path, "inputs");
  Inputs inputs;
  inputs.origin = "file";
  inputs.count = arrays->number("count");
  const uint64_t found = arrays->number("width");
  if (found >= UINT32_MAX || (width != 0 && found != width))
    throw BadInput(path, fmt::format("inputs of {} values, for a network of {}", found, width),
                   "give inputs and a network of one width");
  inputs.width = static_cast<uint32_t>(found);
  if (arrays->text("values") == "bits")
    arrays->read("bits", inputs.bits);
  else
    arrays->read("reals", inputs.values);
  check_inputs(inputs, path);
  return inputs;
}

void write_inputs(const Inputs& inputs, const std::string& path) {
  ArrayWriter arrays(path);
  write_facts(arrays, "inputs");
  arrays.fact("count", inputs.count);
  arrays.fact("width", uint64_t{inputs.width});
  arrays.fact("values", std::string_view(inputs.is_packed() ? "bits" : "reals"));
  if (inputs.is_packed())
    arrays.array("bits", std::span<const uint8_t>(inputs.bits));
  else
    arrays.array("reals", std::span<const float>(inputs.values));
  arrays.finish();
}

bool holds_inputs(const std::string& path) {
  return ArrayReader(path).text("holds") == "inputs";
}

const Register<FormatKind> registered{{"networks and inputs in our own HDF5 form, exact, with a checksum",
                                       {},
                                       {".h5"},
                                       read_network,
                                       read_inputs,
                                       write_network,
                                       write_inputs,
                                       holds_inputs}};

}  // namespace
}  // namespace sparsio
