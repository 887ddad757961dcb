// convert: the same network or inputs in another format. What a format cannot hold is refused; what it leaves out by
// its nature is said, and what was read and written, because some files could be either.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <numeric>

#include "base/plural.hpp"
#include "base/spec.hpp"
#include "cli/command.hpp"
#include "cli/shared/contents.hpp"
#include "disk/seal.hpp"
#include "format/format.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

using Format = Registry<FormatKind>::Entry;

/// The path that IN names, and its format: null if the ending must say.
std::pair<std::string, const Format*> named(const std::string& spec) {
  const Spec parsed = parse_spec(spec, "IN");
  if (parsed.kind.empty()) return {parsed.path, nullptr};
  const Format* format = Registry<FormatKind>::instance().look_up(parsed.kind);
  if (format == nullptr)
    throw BadInput("IN", fmt::format("'{}' is not a format", parsed.kind),
                   "give a path or FORMAT:path=FILE,...; to make a network: sparsio generate");
  for (const auto& [name, value] : parsed.given)
    if (name == "path") return {value, format};
  throw BadInput("IN", parsed.kind + " needs a file", "write " + parsed.kind + ":path=FILE");
}

const Format& out_format(const Arguments& arguments, std::string_view what) {
  if (arguments.has("--format")) return Registry<FormatKind>::instance().find(arguments.text("--format"), "--format");
  return format_for(arguments.text("OUT"), what);
}

/// Whether OUT can only be inputs.
bool out_holds_inputs_only(const Arguments& arguments) {
  try {
    const FormatKind& kind = out_format(arguments, "write_inputs").kind;
    return kind.write_inputs != nullptr && kind.write_network == nullptr;
  } catch (const BadInput&) {
    return false;  // said where it is opened
  }
}

Contents contents_of(const Arguments& arguments, const std::string& path, const Format* format) {
  const std::string as = arguments.text("--as");
  if (as == "network") return Contents::network;
  if (as == "inputs") return Contents::inputs;
  if (as != "auto") throw BadInput("--as", "'" + as + "' is neither", "give network or inputs");
  std::error_code error;
  if (!std::filesystem::exists(path, error)) throw BadInput(path, "no such file or folder", "give a path that exists");
  if (format == nullptr) {
    const auto fits = [&](const Format& one) {
      return std::any_of(one.kind.endings.begin(), one.kind.endings.end(),
                         [&](const std::string& ending) { return ending != "/" && path.ends_with(ending); });
    };
    const auto& all = Registry<FormatKind>::instance().entries();
    const auto found = std::find_if(all.begin(), all.end(), fits);
    if (std::filesystem::is_directory(path, error) || found == all.end()) return Contents::network;
    format = &*found;
  }
  if (format->kind.read_inputs == nullptr) return Contents::network;
  if (format->kind.read_network == nullptr) return Contents::inputs;
  const bool is_inputs =
      format->kind.holds_inputs != nullptr ? format->kind.holds_inputs(path) : out_holds_inputs_only(arguments);
  return is_inputs ? Contents::inputs : Contents::network;
}

/// The formats that have this function.
template <class Function>
std::string able(Function FormatKind::*function) {
  std::string names;
  for (const Format& one : Registry<FormatKind>::instance().entries())
    if (one.kind.*function != nullptr) names += (names.empty() ? "" : " ") + one.name;
  return names;
}

/// Layers are read while they are written, so neither side may change the other.
void check_apart(const std::string& in, const std::string& out) {
  std::error_code error;
  if (std::filesystem::equivalent(in, out, error) && !error)
    throw BadInput("OUT", fmt::format("'{}' is what is read", out), "give another path");
}

/// The layers of another, and how many connections each that went by has.
class CountedLayers final : public LayerSource {
 public:
  CountedLayers(std::unique_ptr<LayerSource> layers, std::vector<uint64_t>& connections)
      : layers_(std::move(layers)), connections_(connections) {
    connections_.assign(layers_->layers(), 0);
  }
  const std::vector<uint32_t>& widths() const override { return layers_->widths(); }
  void restart() override {
    layers_->restart();
    at_ = 0;
  }
  bool next(Layer& layer) override {
    if (!layers_->next(layer)) return false;
    connections_[at_++] = layer.connections();
    return true;
  }

 private:
  std::unique_ptr<LayerSource> layers_;
  std::vector<uint64_t>& connections_;
  size_t at_ = 0;
};

std::string shape_of(const Inputs& inputs) {
  return fmt::format("inputs, {} x {}", inputs.count, inputs.width);
}

/// "network of 2 layers, 500 -> 300 -> 10"; of many layers the first and last widths.
std::string shape_of(NetworkSource& network) {
  constexpr size_t most = 8;
  const Network* whole = std::get_if<Network>(&network);
  if (whole != nullptr && whole->layer_begin().empty())
    return fmt::format("network without layers, {}, {} -> {}", plural(whole->neurons(), "neuron"),
                       whole->facts().inputs, whole->facts().outputs);
  const std::unique_ptr<LayerSource> view = whole != nullptr ? layered(*whole) : nullptr;
  const auto& widths = (view ? *view : *std::get<std::unique_ptr<LayerSource>>(network)).widths();
  const std::string text = widths.size() <= most ? fmt::format("{}", fmt::join(widths, " -> "))
                                                 : fmt::format("{} -> ... -> {}", widths.front(), widths.back());
  return fmt::format("network of {}, {}", plural(widths.size() - 1, "layer"), text);
}

/// Where nothing in the file says what it is, how to say otherwise.
void say_other(const Arguments& arguments, const std::string& path, const Format* format, Contents taken) {
  if (format == nullptr) format = &format_for(path, taken == Contents::network ? "read_network" : "read_inputs");
  const bool is_both = format->kind.read_inputs != nullptr && format->kind.read_network != nullptr;
  if (is_both && taken == Contents::network && format->kind.holds_inputs == nullptr && arguments.text("--as") == "auto")
    std::cerr << fmt::format("note: {} could be inputs, too: --as inputs reads it so\n", path);
  if (format->name == "npz")
    std::cerr << fmt::format("note: if {} is a model: sparsio import {} --out NET.h5\n", path, path);
}

void convert_inputs(const Arguments& arguments, const std::string& spec, const std::string& path,
                    const Format* format) {
  const std::string out = arguments.text("OUT");
  const FormatKind& kind = out_format(arguments, "write_inputs").kind;
  if (kind.write_inputs == nullptr)
    throw BadInput("--format", "that format does not hold inputs", "have: " + able(&FormatKind::write_inputs));
  const auto width =
      arguments.has("--width") ? static_cast<uint32_t>(parse_count(arguments.text("--width"), "--width")) : 0;
  const Inputs inputs = open_inputs(spec, width, "IN");
  kind.write_inputs(inputs, out);
  std::cerr << fmt::format("read {}: {}\n", path, shape_of(inputs));
  say_other(arguments, path, format, Contents::inputs);
  std::cerr << fmt::format("wrote {}: {}\n", out, shape_of(inputs));
}

void convert_network(const Arguments& arguments, const std::string& spec, const std::string& path,
                     const Format* format) {
  const std::string out = arguments.text("OUT");
  const FormatKind& kind = out_format(arguments, "write_network").kind;
  if (kind.write_network == nullptr)
    throw BadInput("--format", "that format does not hold networks", "have: " + able(&FormatKind::write_network));
  NetworkSource network = open_network(spec, "IN");
  const std::string shape = shape_of(network);
  std::vector<uint64_t> connections;
  if (const Network* whole = std::get_if<Network>(&network))
    connections.push_back(whole->connections());
  else
    network = std::make_unique<CountedLayers>(std::get<std::unique_ptr<LayerSource>>(std::move(network)), connections);
  kind.write_network(network, out);
  const uint64_t all = std::accumulate(connections.begin(), connections.end(), uint64_t{0});
  std::cerr << fmt::format("read {}: {}\n", path, shape);
  say_other(arguments, path, format, Contents::network);
  std::cerr << fmt::format("wrote {}: {}, {}\n", out, shape, plural(all, "connection"));
  if (!kind.left_out.empty()) std::cerr << "not in the file: " << kind.left_out << '\n';
}

int run(const Arguments& arguments) {
  const std::string spec = arguments.text("IN");
  const auto [path, format] = named(spec);
  check_apart(path, arguments.text("OUT"));
  spare_results(arguments.text("OUT"));
  if (contents_of(arguments, path, format) == Contents::inputs)
    convert_inputs(arguments, spec, path, format);
  else
    convert_network(arguments, spec, path, format);
  return exit_ok;
}

const Register<CommandKind> registered{
    {"a network or inputs from one format to another",
     {{"IN", Arity::required, "PATH", "a path, or FORMAT:path=FILE,key=value,...; of inputs, rows are inputs"},
      {"OUT", Arity::required, "PATH", "where; a folder (ending in /) for a Graph Challenge network"},
      {"--format", Arity::one, "NAME", "format of OUT; left out: by its ending"},
      {"--as", Arity::one, "WHAT", "what IN is: network, inputs, or auto (by format, name, contents and OUT)", "auto"},
      {"--width", Arity::one, "N", "values an input, where the file does not say (.bits)"}},
     run}};

}  // namespace
}  // namespace sparsio
