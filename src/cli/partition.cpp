// partition: the rows of every layer divided among workers, and what these then send each other.
#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "cli/command.hpp"
#include "file/atomic_file.hpp"
#include "part/partitioner.hpp"
#include "part/volume.hpp"
#include "plugin/spec.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "record/seal.hpp"
#include "run/workbench.hpp"

namespace sparsio {
namespace {

constexpr uint64_t most_parts = 1'000'000;

/// What knows nothing of the network stands beside what was asked for.
std::vector<Fields> baselines(LayerSource& network, uint32_t parts) {
  std::vector<Fields> things;
  for (const char* name : {"contiguous", "random"}) {
    const auto method = resolve<PartitionerKind>(name, "baseline");
    const Volume volume = volume_of(network, partition(method.kind(), network, parts, method.params));
    things.push_back({{"baseline", name},
                      {"words", volume.words},
                      {"words_max", volume.words_max},
                      {"messages", volume.messages},
                      {"imbalance", volume.imbalance}});
  }
  return things;
}

std::vector<Fields> fields_of(const std::vector<LayerVolume>& layers) {
  std::vector<Fields> things;
  for (size_t k = 0; k < layers.size(); ++k)
    things.push_back({{"layer", k + 1},
                      {"words", layers[k].words},
                      {"words_max", layers[k].words_max},
                      {"messages", layers[k].messages},
                      {"imbalance", layers[k].imbalance}});
  return things;
}

/// A line a neuron, level by level, the inputs first; all numbers from 0.
void write(const Partition& made, const std::string& path) {
  AtomicFile file(path);
  file.write("level\tneuron\tpart\n");
  std::string lines;
  for (size_t level = 0; level < made.owner.size(); ++level) {
    lines.clear();
    for (size_t v = 0; v < made.owner[level].size(); ++v)
      fmt::format_to(std::back_inserter(lines), "{}\t{}\t{}\n", level, v, made.owner[level][v]);
    file.write(lines);
  }
  file.finish();
}

int run(const Arguments& arguments) {
  const auto parts = static_cast<uint32_t>(
      parse_count(arguments.text("--parts"), between(1, static_cast<double>(most_parts)), "--parts"));
  const auto method = resolve<PartitionerKind>(arguments.text("--method"), "--method");
  if (arguments.has("--out")) spare_results(arguments.text("--out"));
  Workbench workbench;
  const auto network = workbench.network(arguments.text("--network"), "--network");
  LayerSource* layers = network->layers();
  if (layers == nullptr)
    throw BadInput("--network", "the network has connections that skip layers, and rows are divided layer by layer",
                   "give a layered network");
  const auto start = std::chrono::steady_clock::now();
  const Partition made = partition(method.kind(), *layers, parts, method.params);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (arguments.has("--out")) write(made, arguments.text("--out"));
  const Volume volume = volume_of(*layers, made);
  const Fields fields = {{"network", arguments.text("--network")},
                         {"parts", parts},
                         {"method", method.canonical()},
                         {"words", volume.words},
                         {"words_mean", static_cast<double>(volume.words) / parts},
                         {"words_max", volume.words_max},
                         {"messages", volume.messages},
                         {"imbalance", volume.imbalance},
                         {"seconds", took.count()},
                         {"baselines", baselines(*layers, parts)},
                         {"layers", fields_of(volume.layers)}};
  std::cout << (arguments.has("--json") ? to_json(fields) : to_text(fields));
  return exit_ok;
}

const Register<CommandKind> registered{
    {"the rows of every layer divided among workers, and the words these then send each other",
     {{"--network", Arity::required, "SPEC", "layered network: kind:key=value,... or a path"},
      {"--parts", Arity::required, "P", "how many workers"},
      {"--method", Arity::one, "SPEC", "partitioner", "twins"},
      {"--out", Arity::one, "FILE", "who owns which neuron: lines `level neuron part`, apart by tabs, from 0"},
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
