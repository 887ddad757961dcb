// network: a sparse feed-forward network as a general DAG of neurons, held whole.
// Ids are topological: every connection goes from a lower id to a higher one, which the constructor establishes (it
// renumbers when it must, and refuses a cycle). Connections are stored by target (CSR), so connection k of the network
// is step k of the order `by_target`. A layered network also knows where its layers begin.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "net/activation.hpp"
#include "net/layer.hpp"

namespace sparsio {

struct Connection {
  uint32_t source;
  uint32_t target;
  float weight;
};

/// What the I/O model counts (only neurons with at least one connection).
struct NetworkFacts {
  uint64_t neurons = 0;      // N, inputs and outputs included
  uint64_t connections = 0;  // W
  uint64_t inputs = 0;       // I: neurons without in-connections
  uint64_t outputs = 0;      // S: connected neurons of the last layer, or the sinks of a network without layers
};

class Network {
 public:
  Network() = default;
  /// A DAG from its connections in any order. `bias` has one entry a neuron. Renumbers by Kahn's algorithm, smallest id
  /// first, so that ids that are topological already stay. BadInput at `place`: an id out of range, a duplicate
  /// connection, a weight or bias that is not finite, a cycle (names one neuron on it), softmax anywhere but at all
  /// outputs. `activations`: of each neuron, or one for all.
  Network(uint32_t neurons, std::vector<Connection> connections, std::vector<float> bias,
          std::vector<Activation> activations, const std::string& place);
  Network(uint32_t neurons, std::vector<Connection> connections, std::vector<float> bias, const Activation& activation,
          const std::string& place)
      : Network(neurons, std::move(connections), std::move(bias), std::vector{activation}, place) {}
  /// A layered network from a fresh walk of `source`, layer after layer. Unsupported above `limit` connections.
  Network(LayerSource& source, uint64_t limit);

  /// Ids are 0 .. neurons() - 1, the unconnected ones included.
  uint32_t neurons() const { return static_cast<uint32_t>(bias_.size()); }
  uint64_t connections() const { return source_.size(); }
  /// neurons() + 1 offsets: connections in_begin()[v] .. in_begin()[v + 1] - 1 are those into neuron v.
  std::span<const uint64_t> in_begin() const { return in_begin_; }
  std::span<const uint32_t> source() const { return source_; }
  std::span<const float> weight() const { return weight_; }
  std::span<const float> bias() const { return bias_; }
  /// Of each layer after the inputs, without layers of each neuron; one for all where it is the same.
  std::span<const Activation> activations() const { return activations_; }
  const Activation& activation_of(uint32_t v) const;
  /// Whether the values of its outputs are made one whole, all of them.
  bool ends_in_softmax() const;
  /// First id of each layer and neurons() at the end; empty without layers.
  std::span<const uint32_t> layer_begin() const { return layer_begin_; }

  std::span<const uint32_t> sources_of(uint32_t v) const { return source().subspan(in_begin_[v], in_degree(v)); }
  uint64_t in_degree(uint32_t v) const { return in_begin_[v + 1] - in_begin_[v]; }
  /// Of every neuron.
  std::vector<uint64_t> in_degrees() const;
  /// Out-connections of every neuron; computed once.
  std::span<const uint32_t> out_degree() const { return out_degree_; }
  bool is_output(uint32_t v) const;
  const NetworkFacts& facts() const { return facts_; }
  /// Longest path from any source to each neuron: the layer, where there are layers.
  std::vector<uint32_t> depth() const;
  /// Inputs that inference reads, in id order: layer 0, or the neurons without in-connections that feed something.
  std::vector<uint32_t> input_ids() const;
  /// Outputs that inference writes, in id order: the whole last layer, or the sinks.
  std::vector<uint32_t> output_ids() const;

 private:
  void finish();
  void check_softmax(const std::string& place) const;

  std::vector<uint64_t> in_begin_{0};
  std::vector<uint32_t> source_;
  std::vector<float> weight_;
  std::vector<float> bias_;
  std::vector<uint32_t> layer_begin_;
  std::vector<uint32_t> out_degree_;
  std::vector<Activation> activations_{Activation::relu};
  NetworkFacts facts_;
};

/// What a network SPEC opens: a stream of layers, or a general DAG.
using NetworkSource = std::variant<std::unique_ptr<LayerSource>, Network>;

/// The layers of a network held whole. Unsupported without layers (a skip connection has no place in a layer).
std::unique_ptr<LayerSource> layered(const Network& network);

/// The network held whole: flattened up to `limit` connections, or as it is.
Network flatten(NetworkSource& source, uint64_t limit = UINT32_MAX);

}  // namespace sparsio
