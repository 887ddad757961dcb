// tsv: networks and inputs as the HPEC Sparse DNN Graph Challenge gives them.
// A network is a folder with a file a layer, n{N}-l{k}.tsv, directly or in neuron{N}/; a single such file is a network
// of one layer. Written files are the official bytes: by target, then source, weights as 6.250000e-02. Biases are not
// in the files: the rules give them for four sizes, `bias=` for others. So a network is written only if its biases are
// one constant, and for those four sizes only if it is the official one; otherwise reading it back would change it.
// Source: https://graphchallenge.mit.edu (Kepner et al. 2019).

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "format/format.hpp"
#include "format/shared/row_reader.hpp"
#include "format/shared/row_writer.hpp"
#include "format/shared/stored_layers.hpp"
#include "format/tsv/challenge_images.hpp"
#include "format/tsv/challenge_layers.hpp"
#include "format/tsv/challenge_names.hpp"
#include "net/official_bias.hpp"

namespace sparsio {
namespace {

namespace fs = std::filesystem;

void check_bias(const std::string& text, const std::string& place) {
  if (!text.empty()) parse_float(text, "bias", place);
}

const Options options{
    {"neurons", Type::integer, "0", "neurons a layer; 0: from the file names", between(0, UINT32_MAX - 1)},
    {"layers", Type::integer, "0", "how many layers to read; 0: all"},
    {"bias", Type::text, "", "bias of every neuron; empty: the official one of 1024, 4096, 16384 or 65536 neurons",
     checked_by(check_bias)},
    {"count", Type::integer, "0", "how many images to read; 0: up to the largest number in the file",
     between(0, UINT32_MAX)},
    zeros_option(),
};

std::string file_name(const std::string& path) {
  return fs::path(path).filename().string();
}

uint32_t named_width(uint32_t width, const std::string& path, std::string_view option) {
  if (width > largest_named_width)
    throw BadInput(path, fmt::format("{} neurons by its name", width), fmt::format("give {} if that is meant", option));
  return width;
}

float chosen_bias(const Params& params, uint32_t neurons, const std::string& path) {
  const std::string& text = params.text("bias");
  if (!text.empty()) return parse_float(text, "bias", path);
  if (const auto bias = official_bias(neurons)) return *bias;
  throw BadInput(path, fmt::format("no official bias for {} neurons", neurons), "give bias=");
}

/// The N to read: the option, or the only one there is.
uint32_t chosen_neurons(const std::map<uint32_t, std::map<uint32_t, std::string>>& paths, uint32_t wanted,
                        const std::string& folder) {
  if (paths.empty())
    throw BadInput(folder, "no layer files n{N}-l{k}.tsv, neither here nor in neuron{N}/",
                   "give a Graph Challenge folder");
  std::string have;
  for (const auto& [neurons, layers] : paths) have += fmt::format("{}{}", have.empty() ? "" : " ", neurons);
  if (wanted == 0 && paths.size() > 1)
    throw BadInput(folder, "there are networks of several sizes", "choose with neurons=, have: " + have);
  if (wanted != 0 && !paths.contains(wanted))
    throw BadInput(folder, fmt::format("no network of {} neurons", wanted), "have: " + have);
  return wanted != 0 ? wanted : named_width(paths.begin()->first, folder, "neurons=");
}

std::vector<std::string> layers_in_folder(const std::string& folder, uint32_t neurons, uint64_t wanted,
                                          const std::map<uint32_t, std::string>& layers) {
  const uint64_t last = layers.rbegin()->first;
  if (wanted > last)
    throw BadInput(folder, fmt::format("no layer {}, the last is {}", wanted, last), "give layers= up to that");
  std::vector<std::string> paths;
  for (const auto& [layer, path] : layers) {
    if (wanted != 0 && paths.size() == wanted) break;
    if (layer != paths.size() + 1)
      throw BadInput(folder, fmt::format("layer {} of 1 to {} is missing", paths.size() + 1, wanted ? wanted : last),
                     fmt::format("add {} or .gz", layer_name(neurons, paths.size() + 1)));
    paths.push_back(path);
  }
  return paths;
}

NetworkSource read_network(const std::string& path, const Params& params) {
  const auto wanted = static_cast<uint32_t>(params.count("neurons"));
  const uint64_t layers = params.count("layers");
  std::error_code error;
  if (path.ends_with('/') || fs::is_directory(path, error)) {
    const auto paths = layer_paths(path);
    const uint32_t neurons = chosen_neurons(paths, wanted, path);
    return challenge_layers(layers_in_folder(path, neurons, layers, paths.at(neurons)), neurons,
                            chosen_bias(params, neurons, path), zeros_of(params));
  }
  if (!fs::exists(path, error))
    throw BadInput(path, "no such file or folder", "give a Graph Challenge folder or layer file");
  const auto name = parse_layer_name(file_name(path));
  if (wanted == 0 && !name)
    throw BadInput(
        path, "the name does not say how many neurons a layer has",
        "write tsv:path=" + path + ",neurons=N; or if it holds inputs: sparsio convert --as inputs --width N");
  if (layers > 1) throw BadInput(path, "a file is one layer", "give the folder, or layers=1");
  const uint32_t neurons = wanted != 0 ? wanted : named_width(name->neurons, path, "neurons=");
  return challenge_layers({path}, neurons, chosen_bias(params, neurons, path), zeros_of(params));
}

Inputs read_inputs(const std::string& path, uint32_t width, const Params& params) {
  const auto name = parse_images_name(file_name(path));
  if (width == 0 && !name)
    throw BadInput(path, "the name does not say how many pixels an image has",
                   "give its network, --width N to sparsio convert, or name the file sparse-images-{N}.tsv");
  if (width != 0 && name && *name != width)
    throw BadInput(path, fmt::format("images of {} pixels by their name, for a network of {} inputs", *name, width),
                   "give images and a network of one size");
  return read_images(path, width != 0 ? width : named_width(*name, path, "the network"), params.count("count"));
}

void check_writable(LayerSource& network, const std::string& path) {
  const std::string remedy = "use another format";
  const auto& widths = network.widths();
  const uint32_t neurons = widths.front();
  for (const uint32_t width : widths)
    if (width != neurons)
      throw BadInput(path, fmt::format("layers of {} and of {} neurons, .tsv networks have one width", neurons, width),
                     remedy);
  std::optional<float> bias = official_bias(neurons);
  Layer layer;
  network.restart();
  for (uint64_t l = 1; network.next(layer); ++l) {
    check_activation(layer.activation, Activation::challenge, ".tsv", path);
    if (layer.connections() == 0)
      throw BadInput(path, fmt::format("layer {} has no connections, its .tsv file would be empty", l), remedy);
    if (!bias) bias = layer.bias.front();
    for (const float b : layer.bias)
      if (b != *bias)
        throw BadInput(
            path,
            official_bias(neurons)
                ? fmt::format("bias {} in layer {}, .tsv networks of {} neurons have {}", b, l, neurons, *bias)
                : fmt::format("bias {} in layer {} and {} before, .tsv networks have one", b, l, *bias),
            remedy);
  }
}

void write_layer(const Layer& layer, const std::string& path) {
  RowWriter rows(path);
  write_connections(rows, NumberText::Style::official, layer.begin, layer.source, layer.weight);
  rows.finish();
}

/// The first layer is put in its place last: a folder without it is refused, so that what a killed program leaves is
/// never taken for a shorter network, nor for one of old and new layers. `written`: the files so far.
void write_layers(LayerSource& network, const std::string& folder, std::vector<fs::path>& written) {
  const uint32_t neurons = network.widths().front();
  const fs::path first = fs::path(folder) / layer_name(neurons, 1);
  Layer layer;
  network.next(layer);
  RowWriter rows(first.string());
  write_connections(rows, NumberText::Style::official, layer.begin, layer.source, layer.weight);
  fs::remove(first);
  for (uint64_t l = 2; network.next(layer); ++l) {
    written.push_back(fs::path(folder) / layer_name(neurons, l));
    write_layer(layer, written.back().string());
  }
  rows.finish();
}

/// Layer files that would stay in the folder and be taken for part of the new network.
void check_nothing_stays(const std::string& folder, uint32_t neurons, uint64_t layers) {
  const auto paths = layer_paths(folder);
  if (!paths.contains(neurons)) return;
  for (const auto& [layer, path] : paths.at(neurons))
    if (layer > layers || fs::path(path) != fs::path(folder) / layer_name(neurons, layer))
      throw BadInput(folder, fmt::format("{} is there and would be taken for part of this network", path),
                     "remove it or write to another folder");
}

void write_network(NetworkSource& source, const std::string& path) {
  const Network* whole = std::get_if<Network>(&source);
  if (whole && whole->layer_begin().empty())
    throw BadInput(path, "the network has no layers, .tsv networks have", "write it as .edges");
  const std::unique_ptr<LayerSource> view = whole ? layered(*whole) : nullptr;
  LayerSource& network = whole ? *view : *std::get<std::unique_ptr<LayerSource>>(source);
  check_writable(network, path);
  Layer layer;
  network.restart();
  std::error_code error;
  if (!fs::is_directory(path, error) &&
      (path.ends_with(".tsv") || path.ends_with(".tsv.gz") || path.ends_with(".tsv.xz"))) {
    if (network.layers() != 1)
      throw BadInput(path, fmt::format("{} layers, a .tsv file is one", network.layers()),
                     "give a folder, a path ending in /");
    network.next(layer);
    return write_layer(layer, path);
  }
  const bool is_new = fs::create_directories(path, error);
  if (error)
    throw BadInput(path, "the folder cannot be made: " + error.message(), "give a path that may be written to");
  check_nothing_stays(path, network.widths().front(), network.layers());
  std::vector<fs::path> written;
  try {
    write_layers(network, path, written);
  } catch (...) {
    for (const fs::path& file : written) fs::remove(file, error);
    if (is_new) fs::remove(path, error);
    throw;
  }
}

bool holds_images(const std::string& path) {
  return parse_images_name(file_name(path)).has_value();
}

const Register<FormatKind> registered{{"Graph Challenge: a folder of n{N}-l{k}.tsv, or sparse-images-{N}.tsv",
                                       options,
                                       {"/", ".tsv", ".tsv.gz", ".tsv.xz"},
                                       read_network,
                                       read_inputs,
                                       write_network,
                                       write_images,
                                       holds_images}};

}  // namespace
}  // namespace sparsio
