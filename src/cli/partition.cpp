// partition: the rows of every layer divided among workers, and what these then send each other.
#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "base/spec.hpp"
#include "bound/shared/lower_words.hpp"
#include "cli/command.hpp"
#include "cli/shared/apart.hpp"
#include "disk/byte_stream.hpp"
#include "disk/seal.hpp"
#include "mpi/shared/launch.hpp"
#include "part/partitioner.hpp"
#include "part/shared/exchange_plan.hpp"
#include "part/shared/partition_file.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "run/case_cache.hpp"

namespace sparsio {
namespace {

constexpr uint64_t most_parts = 1'000'000;

using Clock = std::chrono::steady_clock;

struct Timed {
  Partition partition;
  double seconds;  // two walks of the network included
};

Timed timed(const Resolved<PartitionerKind>& method, LayerSource& network, uint32_t parts) {
  const auto start = Clock::now();
  Partition made = partition(method.kind(), network, parts, method.params);
  return {std::move(made), std::chrono::duration<double>(Clock::now() - start).count()};
}

Fields fields_of(const LayerVolume& volume, uint32_t parts) {
  return {{"words", volume.words},
          {"words_mean", static_cast<double>(volume.words) / parts},
          {"words_max", volume.words_max},
          {"messages", volume.messages},
          {"imbalance", volume.imbalance}};
}

Fields with_first(const std::string& name, FieldValue value, Fields fields) {
  fields.insert(fields.begin(), {name, std::move(value)});
  return fields;
}

/// What knows nothing of the network stands beside what was asked for.
std::vector<Fields> baselines(LayerSource& network, uint32_t parts) {
  std::vector<Fields> things;
  for (const char* name : {"contiguous", "random"}) {
    const Timed made = timed(resolve<PartitionerKind>(name, "baseline"), network, parts);
    Fields fields = fields_of(volume_of(network, made.partition).total, parts);
    fields.emplace_back("seconds", made.seconds);
    things.push_back(with_first("baseline", name, std::move(fields)));
  }
  return things;
}

std::vector<Fields> fields_of(const std::vector<LayerVolume>& layers, uint32_t parts) {
  std::vector<Fields> things;
  for (size_t k = 0; k < layers.size(); ++k) things.push_back(with_first("layer", k + 1, fields_of(layers[k], parts)));
  return things;
}

/// What ranks may send each other, straight, and values by every route.
std::vector<Fields> exchanges(LayerSource& network, const Partition& partition) {
  std::vector<Fields> things;
  for (const auto& [exchange, route] :
       {std::pair("values", "direct"), std::pair("sums", "direct"), std::pair("cover", "direct"),
        std::pair("values", "grid"), std::pair("values", "stages")}) {
    const LayerVolume total = volume_of(network, partition, {parse_sent(exchange), route}).total;
    things.push_back({{"exchange", exchange},
                      {"route", route},
                      {"words", total.words},
                      {"words_max", total.words_max},
                      {"messages", total.messages}});
  }
  return things;
}

/// The files that a SPEC may name: the network is read again and again while the file is there.
std::vector<std::string> files_of(const std::string& network) {
  const Spec spec = parse_spec(network, "--network");
  std::vector<std::string> files = {spec.path};
  for (const auto& [name, value] : spec.given)
    if (name == "path") files.push_back(value);
  return files;
}

int partition_alone(const Arguments& arguments) {
  const auto parts = static_cast<uint32_t>(
      parse_count(arguments.text("--parts"), between(1, static_cast<double>(most_parts)), "--parts"));
  const auto method = resolve<PartitionerKind>(arguments.text("--partitioner"), "--partitioner");
  const std::string spec = arguments.text("--network");
  CaseCache cache;
  const auto network = cache.network(spec, "--network");
  LayerSource* layers = network->layers();
  if (layers == nullptr)
    throw BadInput("--network", "the network is not given in layers, and rows are divided layer by layer",
                   "give a layered network");
  std::unique_ptr<ByteSink> out;  // before the search: hours may end in a folder that may not be written
  if (arguments.has("--out")) {
    spare_results(arguments.text("--out"));
    check_apart(arguments.text("--out"), files_of(spec), "--out");
    out = open_sink(arguments.text("--out"));
  }
  const Timed made = timed(method, *layers, parts);
  if (out) write_partition({made.partition, content_of(*layers)}, *out);
  const Volume volume = volume_of(*layers, made.partition);
  Fields fields = {{"network", spec}, {"parts", parts}, {"method", method.canonical()}};
  for (auto& field : fields_of(volume.total, parts)) fields.push_back(std::move(field));
  const WordsBound bound = lower_words(*layers, made.partition, work_of_a_minute);
  fields.emplace_back("lower_words", bound.words);
  fields.emplace_back("words_gap", words_gap(static_cast<double>(volume.total.words), bound));
  fields.emplace_back("lower_words_form", bound.form);
  fields.emplace_back("seconds", made.seconds);
  fields.emplace_back("baselines", baselines(*layers, parts));
  if (arguments.has("--exchanges")) fields.emplace_back("exchanges", exchanges(*layers, made.partition));
  fields.emplace_back("layers", fields_of(volume.layers, parts));
  std::cout << (arguments.has("--json") ? to_json(fields) : to_text(fields));
  return exit_ok;
}

int run(const Arguments& arguments) {
  return as_ranks([&](Communicator& ranks) {
    together(ranks, [&] {
      if (ranks.size() > 1)
        throw BadInput("partition", fmt::format("{} ranks were started, and one process does it", ranks.size()),
                       "start it without mpirun");
    });
    return partition_alone(arguments);
  });
}

const Register<CommandKind> registered{
    {"the rows of every layer divided among workers, and the words these then send each other",
     {{"--network", Arity::required, "SPEC", "layered network: kind:key=value,... or a path"},
      {"--parts", Arity::required, "P", "how many workers"},
      {"--partitioner", Arity::one, "SPEC", "how rows are divided", "twins"},
      {"--out", Arity::one, "FILE", "who owns which neuron: lines `level neuron part`, apart by tabs, from 0"},
      {"--exchanges", Arity::flag, "", "what partial sums, and messages stored and forwarded, would make of it"},
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
