// edges: any feed-forward network as one file, a line `source target weight` a connection.
// Neurons are numbered from 1 in one space, in any order; the activation is relu. Layers are not kept: what has no
// in-connection is an input, what feeds nothing an output. One bias for all other neurons, which is not in the file but
// in the option `bias`. An ill-formed network is refused by Network; only then the file is read once more, for the
// line.

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "format/edges/cycle.hpp"
#include "format/format.hpp"
#include "format/shared/row_reader.hpp"
#include "format/shared/row_writer.hpp"
#include "format/shared/stored_layers.hpp"

namespace sparsio {
namespace {

const Options options{
    {"bias", Type::real, "0", "bias of every neuron with an in-connection", between(-3e38, 3e38)},
    {"neurons", Type::integer, "0", "how many neurons; 0: the largest number in the file", between(0, UINT32_MAX - 1)},
    zeros_option(),
};

struct Contents {
  uint32_t neurons = 0;
  std::vector<Connection> connections;  // in the order of their lines
};

/// Memory must follow from what the file holds: a number far above the count of lines has to be meant.
uint32_t counted_neurons(const Contents& contents, const std::string& path) {
  uint64_t largest = 0;
  uint64_t row = 0;
  for (uint64_t k = 0; k < contents.connections.size(); ++k) {
    const Connection& c = contents.connections[k];
    const uint64_t here = std::max(c.source, c.target) + uint64_t{1};
    if (here > largest) row = k;
    largest = std::max(largest, here);
  }
  const uint64_t lines = contents.connections.size();
  if (largest > 65536 + 64 * lines)
    throw BadInput(line_place(path, line_of_row(path, row)),
                   fmt::format("neuron {} in a file of {} connections", largest, lines),
                   fmt::format("give neurons={} if that is meant", largest));
  return static_cast<uint32_t>(largest);
}

Contents read_contents(const std::string& path, uint32_t neurons) {
  Contents contents;
  const uint32_t limit = neurons == 0 ? UINT32_MAX - 1 : neurons;
  RowReader rows(path, {"source", "target", "weight", limit, limit});
  Row row{};
  while (rows.next(row)) {
    if (row.first == row.second)
      throw BadInput(rows.text().place(), fmt::format("neuron {} feeds itself", row.first + 1),
                     "a feed-forward network has no cycle");
    contents.connections.push_back({row.first, row.second, row.value});
  }
  if (contents.connections.empty())
    throw BadInput(path, "the file is empty", "give a line 'source target weight' a connection");
  contents.neurons = neurons == 0 ? counted_neurons(contents, path) : neurons;
  return contents;
}

void refuse_repeated(const Contents& contents, const std::string& path) {
  const auto& connections = contents.connections;
  std::vector<uint64_t> row(connections.size());
  std::iota(row.begin(), row.end(), 0);
  const auto key = [&](uint64_t k) { return uint64_t{connections[k].target} << 32 | connections[k].source; };
  std::stable_sort(row.begin(), row.end(), [&](uint64_t a, uint64_t b) { return key(a) < key(b); });
  uint64_t repeated = UINT64_MAX;
  for (size_t k = 1; k < row.size(); ++k)
    if (key(row[k]) == key(row[k - 1])) repeated = std::min(repeated, row[k]);
  if (repeated == UINT64_MAX) return;
  throw BadInput(line_place(path, line_of_row(path, repeated)),
                 fmt::format("connection {} -> {} stands twice", connections[repeated].source + 1,
                             connections[repeated].target + 1),
                 "add the weights and give it once");
}

void refuse_cycle(const Contents& contents, const std::string& path) {
  const std::vector<uint64_t> cycle = find_cycle(contents.neurons, contents.connections);
  if (cycle.empty()) return;
  constexpr size_t longest_shown = 12;
  const uint64_t last = *std::max_element(cycle.begin(), cycle.end());
  const auto& connections = contents.connections;
  std::string text = fmt::format("{}", connections[cycle.front()].source + 1);
  for (size_t k = 0; k < std::min(cycle.size(), longest_shown); ++k)
    text += fmt::format(" -> {}", connections[cycle[k]].target + 1);
  if (cycle.size() > longest_shown) text += " -> ...";
  throw BadInput(line_place(path, line_of_row(path, last)),
                 fmt::format("connection {} -> {} closes a cycle of {}: {}", connections[last].source + 1,
                             connections[last].target + 1, cycle.size(), text),
                 "a feed-forward network has none");
}

NetworkSource read_network(const std::string& path, const Params& params) {
  const auto wanted = static_cast<uint32_t>(params.count("neurons"));
  const auto constant = static_cast<float>(params.real("bias"));
  Contents contents = read_contents(path, wanted);
  std::vector<float> bias(contents.neurons, 0.0F);
  for (const Connection& c : contents.connections) bias[c.target] = constant;
  settle_zeros(contents.connections, contents.neurons, zeros_of(params), path);
  try {
    return Network(contents.neurons, std::move(contents.connections), std::move(bias), Activation::relu, path);
  } catch (const BadInput&) {
    contents = read_contents(path, wanted);
    refuse_repeated(contents, path);
    refuse_cycle(contents, path);
    throw;
  }
}

void write_whole(const Network& network, const std::string& path) {
  for (const Activation& one : network.activations()) check_activation(one, Activation::relu, ".edges", path);
  if (network.connections() == 0) throw BadInput(path, "the network has no connections, its file would be empty");
  check_one_bias(network, ".edges", path);
  RowWriter rows(path);
  write_connections(rows, NumberText::Style::shortest, network.in_begin(), network.source(), network.weight());
  rows.finish();
}

void write_network(NetworkSource& source, const std::string& path) {
  if (const Network* network = std::get_if<Network>(&source)) return write_whole(*network, path);
  write_whole(flatten(source), path);
}

const Register<FormatKind> registered{{"any feed-forward network: a line 'source target weight' a connection, relu",
                                       options,
                                       {".edges", ".edges.gz"},
                                       read_network,
                                       nullptr,
                                       write_network,
                                       nullptr,
                                       nullptr,
                                       "the bias (read with bias=)"}};

}  // namespace
}  // namespace sparsio
