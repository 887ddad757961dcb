#include "net/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>

#include "base/error.hpp"

namespace sparsio {
namespace {

/// rank[old id] = topological id, smallest ready id first.
std::vector<uint32_t> topological_rank(uint32_t neurons, const std::vector<Connection>& connections,
                                       const std::string& place) {
  std::vector<uint32_t> rank(neurons);
  const auto forward = [](const Connection& c) { return c.source < c.target; };
  if (std::all_of(connections.begin(), connections.end(), forward)) {
    for (uint32_t v = 0; v < neurons; ++v) rank[v] = v;
    return rank;
  }
  std::vector<uint64_t> begin(neurons + 1, 0);
  std::vector<uint32_t> waits_for(neurons, 0);
  for (const Connection& c : connections) {
    ++begin[c.source + 1];
    ++waits_for[c.target];
  }
  for (uint32_t v = 0; v < neurons; ++v) begin[v + 1] += begin[v];
  std::vector<uint32_t> target(connections.size());
  std::vector<uint64_t> fill(begin.begin(), begin.end() - 1);
  for (const Connection& c : connections) target[fill[c.source]++] = c.target;

  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ready;
  for (uint32_t v = 0; v < neurons; ++v)
    if (waits_for[v] == 0) ready.push(v);
  uint32_t placed = 0;
  while (!ready.empty()) {
    const uint32_t u = ready.top();
    ready.pop();
    rank[u] = placed++;
    for (uint64_t k = begin[u]; k < begin[u + 1]; ++k)
      if (--waits_for[target[k]] == 0) ready.push(target[k]);
  }
  if (placed < neurons) {
    const auto stuck = std::find_if(waits_for.begin(), waits_for.end(), [](uint32_t n) { return n > 0; });
    throw BadInput(place,
                   fmt::format("the network has a cycle through or before neuron {}", stuck - waits_for.begin() + 1),
                   "a feed-forward network has none");
  }
  return rank;
}

void keep_one_of_equals(std::vector<Activation>& activations) {
  const auto is_first = [&](const Activation& one) { return one == activations.front(); };
  if (std::all_of(activations.begin(), activations.end(), is_first)) activations.resize(1);
}

/// The layers of a Network, read in place.
class NetworkLayers final : public LayerSource {
 public:
  explicit NetworkLayers(const Network& network) : network_(network) {
    const auto first = network.layer_begin();
    for (size_t l = 0; l + 1 < first.size(); ++l) widths_.push_back(first[l + 1] - first[l]);
  }
  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override { at_ = 0; }
  bool next(Layer& layer) override {
    if (at_ + 1 >= widths_.size()) return false;
    const uint32_t source_first = network_.layer_begin()[at_];
    const uint32_t first = network_.layer_begin()[++at_];
    layer.sources = widths_[at_ - 1];
    layer.targets = widths_[at_];
    const auto activations = network_.activations();
    layer.activation = activations[activations.size() == 1 ? 0 : at_ - 1];
    const auto begin = network_.in_begin().subspan(first, layer.targets + 1);
    layer.begin.assign(begin.begin(), begin.end());
    for (uint64_t& offset : layer.begin) offset -= begin.front();
    const auto source = network_.source().subspan(begin.front(), begin.back() - begin.front());
    layer.source.assign(source.begin(), source.end());
    for (uint32_t& id : layer.source) id -= source_first;
    const auto weight = network_.weight().subspan(begin.front(), source.size());
    layer.weight.assign(weight.begin(), weight.end());
    const auto bias = network_.bias().subspan(first, layer.targets);
    layer.bias.assign(bias.begin(), bias.end());
    return true;
  }

 private:
  const Network& network_;
  std::vector<uint32_t> widths_;
  size_t at_ = 0;
};

}  // namespace

Network::Network(uint32_t neurons, std::vector<Connection> connections, std::vector<float> bias,
                 std::vector<Activation> activations, const std::string& place) {
  if (bias.size() != neurons)
    throw BadInput(place, fmt::format("{} biases for {} neurons", bias.size(), neurons), "give one a neuron");
  if (activations.size() != 1 && activations.size() != neurons)
    throw BadInput(place, fmt::format("{} activations for {} neurons", activations.size(), neurons),
                   "give one a neuron, or one for all");
  for (const Connection& c : connections) {
    if (c.source >= neurons || c.target >= neurons)
      throw BadInput(place, fmt::format("connection {} -> {} is outside neurons 1 to {}", c.source + uint64_t{1},
                                        c.target + uint64_t{1}, neurons));
    if (!std::isfinite(c.weight))
      throw BadInput(place, fmt::format("the weight of connection {} -> {} is not finite", c.source + 1, c.target + 1));
  }
  for (uint32_t v = 0; v < neurons; ++v)
    if (!std::isfinite(bias[v])) throw BadInput(place, fmt::format("the bias of neuron {} is not finite", v + 1));
  const std::vector<uint32_t> rank = topological_rank(neurons, connections, place);
  for (Connection& c : connections) c = {rank[c.source], rank[c.target], c.weight};
  std::sort(connections.begin(), connections.end(), [](const Connection& a, const Connection& b) {
    return a.target != b.target ? a.target < b.target : a.source < b.source;
  });
  bias_.resize(neurons);
  for (uint32_t v = 0; v < neurons; ++v) bias_[rank[v]] = bias[v];
  activations_ = activations;
  if (activations.size() > 1)
    for (uint32_t v = 0; v < neurons; ++v) activations_[rank[v]] = activations[v];
  keep_one_of_equals(activations_);
  in_begin_.assign(neurons + size_t{1}, 0);
  for (const Connection& c : connections) ++in_begin_[c.target + size_t{1}];
  for (uint32_t v = 0; v < neurons; ++v) in_begin_[v + 1] += in_begin_[v];
  source_.reserve(connections.size());
  weight_.reserve(connections.size());
  for (size_t k = 0; k < connections.size(); ++k) {
    if (k > 0 && connections[k].target == connections[k - 1].target &&
        connections[k].source == connections[k - 1].source) {
      const auto old_id = [&](uint32_t id) { return std::find(rank.begin(), rank.end(), id) - rank.begin() + 1; };
      throw BadInput(
          place,
          fmt::format("connection {} -> {} stands twice", old_id(connections[k].source), old_id(connections[k].target)),
          "add the weights and give it once");
    }
    source_.push_back(connections[k].source);
    weight_.push_back(connections[k].weight);
  }
  finish();
  check_softmax(place);
}

Network::Network(LayerSource& layers, uint64_t limit) : activations_() {
  layers.restart();
  layer_begin_ = {0, layers.widths().front()};
  bias_.assign(layers.widths().front(), 0.0F);
  in_begin_.assign(bias_.size() + 1, 0);
  Layer layer;
  uint32_t source_first = 0;
  while (layers.next(layer)) {
    if (source_.size() + layer.connections() > limit)
      throw Unsupported(fmt::format("the network has more than {} connections, too many to hold whole", limit));
    const uint64_t before = source_.size();
    for (const uint32_t id : layer.source) source_.push_back(source_first + id);
    weight_.insert(weight_.end(), layer.weight.begin(), layer.weight.end());
    activations_.push_back(layer.activation);
    bias_.insert(bias_.end(), layer.bias.begin(), layer.bias.end());
    for (uint32_t t = 0; t < layer.targets; ++t) in_begin_.push_back(before + layer.begin[t + 1]);
    source_first = layer_begin_.back();
    layer_begin_.push_back(static_cast<uint32_t>(bias_.size()));
  }
  check_softmax_is_last(activations_, activations_.size(), "network");
  keep_one_of_equals(activations_);
  finish();
}

void Network::finish() {
  out_degree_.assign(neurons(), 0);
  for (const uint32_t u : source_) ++out_degree_[u];
  facts_ = {};
  facts_.connections = connections();
  for (uint32_t v = 0; v < neurons(); ++v) {
    if (in_degree(v) + out_degree_[v] == 0) continue;
    ++facts_.neurons;
    if (in_degree(v) == 0) ++facts_.inputs;
    if (is_output(v)) ++facts_.outputs;
  }
}

bool Network::is_output(uint32_t v) const {
  if (layer_begin_.empty()) return out_degree_[v] == 0 && in_degree(v) > 0;
  return v >= layer_begin_[layer_begin_.size() - 2] && in_degree(v) > 0;
}

void Network::check_softmax(const std::string& place) const {
  const std::vector<uint32_t> outputs = output_ids();
  const auto is_softmax = [&](uint32_t v) { return activation_of(v).kind == ActivationKind::softmax; };
  const auto count = std::count_if(outputs.begin(), outputs.end(), is_softmax);
  if (count > 0 && static_cast<size_t>(count) < outputs.size())
    throw BadInput(place, fmt::format("softmax follows {} of {} outputs", count, outputs.size()),
                   "it is of all outputs or of none");
  for (uint32_t v = 0; v < neurons(); ++v)
    if (is_softmax(v) && in_degree(v) > 0 && !is_output(v))
      throw BadInput(place, fmt::format("softmax follows neuron {}, which is no output", v + 1),
                     "it is of all outputs or of none");
}

bool Network::ends_in_softmax() const {
  const std::vector<uint32_t> outputs = output_ids();
  return !outputs.empty() && activation_of(outputs.back()).kind == ActivationKind::softmax;
}

const Activation& Network::activation_of(uint32_t v) const {
  if (activations_.size() == 1) return activations_.front();
  if (layer_begin_.empty()) return activations_[v];
  const auto after = std::upper_bound(layer_begin_.begin(), layer_begin_.end(), v);
  const auto layer = static_cast<size_t>(after - layer_begin_.begin() - 1);  // the inputs are 0 and have no sums
  return activations_[layer == 0 ? 0 : layer - 1];
}

std::vector<uint64_t> Network::in_degrees() const {
  std::vector<uint64_t> degrees(neurons());
  for (uint32_t v = 0; v < neurons(); ++v) degrees[v] = in_degree(v);
  return degrees;
}

std::vector<uint32_t> Network::depth() const {
  std::vector<uint32_t> depth(neurons(), 0);
  for (size_t l = 0; l + 1 < layer_begin_.size(); ++l)
    std::fill(depth.begin() + layer_begin_[l], depth.begin() + layer_begin_[l + 1], static_cast<uint32_t>(l));
  if (!layer_begin_.empty()) return depth;
  for (uint32_t v = 0; v < neurons(); ++v)
    for (uint64_t k = in_begin_[v]; k < in_begin_[v + 1]; ++k) depth[v] = std::max(depth[v], depth[source_[k]] + 1);
  return depth;
}

std::vector<uint32_t> Network::input_ids() const {
  std::vector<uint32_t> ids;
  const uint32_t end = layer_begin_.empty() ? neurons() : layer_begin_[1];
  for (uint32_t v = 0; v < end; ++v)
    if (!layer_begin_.empty() || (in_degree(v) == 0 && out_degree_[v] > 0)) ids.push_back(v);
  return ids;
}

std::vector<uint32_t> Network::output_ids() const {
  std::vector<uint32_t> ids;
  const uint32_t first = layer_begin_.empty() ? 0 : layer_begin_[layer_begin_.size() - 2];
  for (uint32_t v = first; v < neurons(); ++v)
    if (!layer_begin_.empty() || is_output(v)) ids.push_back(v);
  return ids;
}

std::unique_ptr<LayerSource> layered(const Network& network) {
  if (network.layer_begin().empty())
    throw Unsupported("the network is a general DAG without layers; engines that work layer by layer cannot run it");
  return std::make_unique<NetworkLayers>(network);
}

Network flatten(NetworkSource& source, uint64_t limit) {
  if (Network* network = std::get_if<Network>(&source)) return *network;
  return Network(*std::get<std::unique_ptr<LayerSource>>(source), limit);
}

}  // namespace sparsio
