// network: what `sparsio info` says of a network. Layers are walked once, one at a time; a general DAG is held whole,
// as its reader does.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/grouped.hpp"
#include "base/plural.hpp"
#include "base/spec.hpp"
#include "cli/info/network_parts.hpp"
#include "format/format.hpp"
#include "format/tsv/challenge_names.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

constexpr size_t first_shown = 6;
constexpr size_t last_shown = 3;

/// Of the file, or of the layer files of a folder; 0 where a generator makes the network.
uint64_t stored_bytes(const std::string& path, uint32_t neurons) {
  std::error_code error;
  if (path.empty()) return 0;
  if (!std::filesystem::is_directory(path, error)) return std::filesystem::file_size(path, error);
  const auto paths = layer_paths(path);
  const auto of_size = paths.find(neurons);
  uint64_t bytes = 0;
  if (of_size == paths.end()) return 0;
  for (const auto& [layer, file] : of_size->second) bytes += std::filesystem::file_size(file, error);
  return bytes;
}

std::string origin_of(const InfoRequest& request) {
  const Spec spec = parse_spec(request.spec, "FILE");
  if (request.path.empty()) return "generated";
  return "format " + (spec.kind.empty() ? format_for(request.path, "read_network").name : spec.kind);
}

std::string shape_text(const std::vector<uint32_t>& widths) {
  std::vector<std::string> words;
  for (const uint32_t width : widths) words.push_back(fmt::format("{}", width));
  if (words.size() > most_layers_shown + 1) {
    words.erase(words.begin() + last_shown, words.end() - last_shown);
    words.insert(words.begin() + last_shown, "...");
  }
  const std::string shape = fmt::format("{}", fmt::join(words, " -> "));
  return widths.size() < 3 ? shape : fmt::format("{} ({})", shape, plural(widths.size() - 1, "layer"));
}

std::string different_text(uint64_t different) {
  return different > LayerFacts::most_different ? "many" : grouped(different);
}

std::vector<std::string> row_of(size_t number, const LayerFacts& layer) {
  const uint64_t fed = layer.targets - layer.without_sources;
  return {fmt::format("{}", number),
          fmt::format("{} -> {}", layer.sources, layer.targets),
          grouped(layer.connections),
          density_text(layer.density()),
          activation_name(layer.activation),
          grouped(layer.biases),
          different_text(layer.different_weights),
          fmt::format("{:.2f}", fed == 0 ? 0 : static_cast<double>(layer.twins) / static_cast<double>(fed)),
          grouped(layer.without_sources),
          grouped(layer.unread)};
}

Fields fields_of(size_t number, const LayerFacts& layer) {
  return {{"layer", number},
          {"sources", layer.sources},
          {"targets", layer.targets},
          {"connections", layer.connections},
          {"density", layer.density()},
          {"activation", activation_name(layer.activation)},
          {"biases_not_0", layer.biases},
          {"different_weights", layer.different_weights},
          {"different_weights_are_more", layer.different_weights > LayerFacts::most_different},
          {"twins", layer.twins},
          {"targets_without_sources", layer.without_sources},
          {"unread_sources", layer.unread},
          {"csr_bytes", layer.csr_bytes()},
          {"dense_bytes", layer.dense_bytes()}};
}

void say_layers(const std::vector<LayerFacts>& layers, Report& report) {
  std::vector<std::vector<std::string>> rows;
  for (const size_t l : layers_shown(layers.size())) rows.push_back(row_of(l + 1, layers[l]));
  report.table(
      {"layer", "shape", "connections", "density", "activation", "biases", "weights", "twins", "no source", "unread"},
      rows);
  if (layers.size() > most_layers_shown) {
    const auto [sparsest, densest] = std::minmax_element(
        layers.begin(), layers.end(), [](const auto& a, const auto& b) { return a.density() < b.density(); });
    report.note(fmt::format("{} more layers between are in --json; all densities are {} to {}.",
                            layers.size() - rows.size(), density_text(sparsest->density()),
                            density_text(densest->density())));
  }
  report.note(
      "Biases that are not 0; different weights; twins: part of the targets that have another one's sources; "
      "targets without sources; sources that no target reads.");
}

void say_facts(const NetworkFacts& facts, double possible, Report& report) {
  const double density = possible == 0 ? 0 : static_cast<double>(facts.connections) / possible;
  report.fields.insert(report.fields.end(), {{"neurons", facts.neurons},
                                             {"connections", facts.connections},
                                             {"inputs", facts.inputs},
                                             {"outputs", facts.outputs},
                                             {"density", density}});
  report.line("neurons", fmt::format("{} connected: {} without sources, {}", grouped(facts.neurons),
                                     grouped(facts.inputs), grouped(facts.outputs, "output")));
  report.line("connections", fmt::format("{}, density {}", grouped(facts.connections), density_text(density)));
}

void say_bytes(uint64_t stored, uint64_t csr, uint64_t dense, Report& report) {
  report.fields.insert(report.fields.end(), {{"stored_bytes", stored}, {"csr_bytes", csr}, {"dense_bytes", dense}});
  report.line("bytes", fmt::format("{}{} as CSR, {} dense", stored == 0 ? "" : grouped(stored) + " stored, ",
                                   grouped(csr), grouped(dense)));
}

void say_next(const InfoRequest& request, Report& report) {
  report.next({fmt::format("sparsio infer --network {} --inputs random --engine auto", request.spec),
               fmt::format("sparsio choose --network {}", request.spec)});
}

Report layered_report(const InfoRequest& request, NetworkAtHand& network, LayerSource& layers) {
  NetworkWalk walk;
  StandIn stand_in;
  PaysTable pays(request);
  layers.restart();
  for (Layer layer; layers.next(layer);) {
    const LayerFacts& facts = walk.add(layer);
    stand_in.add(layer);
    pays.add(layer, facts);
  }
  uint64_t csr = 0;
  uint64_t dense = 0;
  double possible = 0;
  std::vector<Fields> rows;
  for (size_t l = 0; l < walk.layers().size(); ++l) {
    const LayerFacts& layer = walk.layers()[l];
    csr += layer.csr_bytes();
    dense += layer.dense_bytes();
    possible += static_cast<double>(layer.sources) * layer.targets;
    rows.push_back(fields_of(l + 1, layer));
    for (auto& field : pays.fields_of(l)) rows.back().push_back(std::move(field));
  }
  const std::vector<uint32_t>& widths = layers.widths();
  Report report;
  report.fields = {{"contents", "network"},        {"network", request.spec},
                   {"origin", origin_of(request)}, {"shape", "layers"},
                   {"layers", layers.layers()},    {"widths", std::vector<uint64_t>(widths.begin(), widths.end())}};
  report.line("network", fmt::format("{} ({})", request.spec, origin_of(request)));
  report.line("layers", shape_text(widths));
  say_facts(walk.facts(), possible, report);
  say_bytes(stored_bytes(request.path, widths.front()), csr, dense, report);
  say_layers(walk.layers(), report);
  pays.say(walk.layers(), report);
  say_words(walk.facts(), network, request.memory, report);
  say_engines(stand_in, report);
  say_next(request, report);
  report.fields.emplace_back("of_layers", rows);
  return report;
}

/// Of a network without layers, each once.
std::vector<std::string> activation_names(const Network& network) {
  std::vector<std::string> names;
  for (const Activation& one : network.activations())
    if (std::find(names.begin(), names.end(), activation_name(one)) == names.end())
      names.push_back(activation_name(one));
  return names;
}

Report general_report(const InfoRequest& request, NetworkAtHand& at_hand) {
  const Network& network = at_hand.whole();
  const NetworkFacts& facts = network.facts();
  const std::vector<uint32_t> depths = network.depth();
  const uint32_t depth = *std::max_element(depths.begin(), depths.end());
  const std::string activations = fmt::format("{}", fmt::join(activation_names(network), " "));
  const auto biases = static_cast<uint64_t>(
      std::count_if(network.bias().begin(), network.bias().end(), [](float bias) { return bias != 0; }));
  StandIn stand_in;
  stand_in.add(network);
  Report report;
  report.fields = {{"contents", "network"},
                   {"network", request.spec},
                   {"origin", origin_of(request)},
                   {"shape", "dag"},
                   {"depth", depth},
                   {"activation", activations},
                   {"biases_not_0", biases},
                   {"neurons_unconnected", network.neurons() - facts.neurons}};
  report.line("network", fmt::format("{} ({})", request.spec, origin_of(request)));
  report.line("shape", fmt::format("general DAG without layers, depth {}, {}, {} not 0", depth, activations,
                                   biases == 1 ? "1 bias" : fmt::format("{} biases", grouped(biases))));
  const double neurons = network.neurons();
  say_facts(facts, neurons * (neurons - 1) / 2, report);
  const uint64_t csr = 8 * facts.connections + 4 * (2 * uint64_t{network.neurons()} + 1);
  const uint64_t stored = stored_bytes(request.path, network.neurons());
  report.fields.insert(report.fields.end(), {{"stored_bytes", stored}, {"csr_bytes", csr}});
  report.line("bytes", fmt::format("{}{} as CSR", stored == 0 ? "" : grouped(stored) + " stored, ", grouped(csr)));
  say_words(facts, at_hand, request.memory, report);
  say_engines(stand_in, report);
  say_next(request, report);
  return report;
}

}  // namespace

std::vector<size_t> layers_shown(size_t layers) {
  std::vector<size_t> shown;
  for (size_t l = 0; l < layers; ++l)
    if (layers <= most_layers_shown || l < first_shown || l + last_shown >= layers) shown.push_back(l);
  return shown;
}

Report network_report(const InfoRequest& request) {
  NetworkAtHand network(open_network(request.spec, "FILE"));
  if (LayerSource* layers = network.layers()) return layered_report(request, network, *layers);
  return general_report(request, network);
}

}  // namespace sparsio
