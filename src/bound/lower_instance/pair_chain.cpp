#include "bound/lower_instance/pair_chain.hpp"

#include <algorithm>

#include "bound/lower_instance/even_weights.hpp"

namespace sparsio {
namespace {

constexpr size_t most_kept = 4'000'000;           // connections of the pairs that are compared with later ones
constexpr double most_certificate_work = 1.2e11;  // floating-point operations for the norms of all layers
constexpr double most_weighing_work = 2e10;       // for weights and their norms
constexpr size_t always_weighed = 2000;           // connections; above, only where degrees are at least:
constexpr size_t least_weighed_degree = 8;        // in fewer it is degrees that limit a set, not how even it lies

/// A pair of layers; layers with the same connections, as generated networks often have, share one.
struct MadePair {
  uint32_t sources;
  uint32_t targets;
  std::vector<Step> connections;  // empty where there is no room to keep them
  std::shared_ptr<const PairConnections> plain;
  std::shared_ptr<const PairConnections> weighted;  // once it was asked for; may be the plain one

  bool is_of(uint32_t its_sources, uint32_t its_targets, std::span<const Step> its_connections) const {
    const auto same = [](const Step& a, const Step& b) { return a.source == b.source && a.target == b.target; };
    return sources == its_sources && targets == its_targets &&
           std::equal(connections.begin(), connections.end(), its_connections.begin(), its_connections.end(), same);
  }
  bool gains_by_weights() const {
    return connections.size() <= always_weighed ||
           connections.size() / std::max({1U, sources, targets}) >= least_weighed_degree;
  }
  double weighing_work() const {
    return even_weights_work(sources, targets, connections.size()) +
           certificate_work(sources, targets, connections) / 2;
  }
};

/// Each neuron with a connection gets the next number.
std::vector<Step> numbered_again(std::vector<Step> connections, uint32_t& sources, uint32_t& targets) {
  std::vector<uint32_t> source(sources, UINT32_MAX);
  std::vector<uint32_t> target(targets, UINT32_MAX);
  sources = targets = 0;
  for (Step& step : connections) {
    if (source[step.source] == UINT32_MAX) source[step.source] = sources++;
    if (target[step.target] == UINT32_MAX) target[step.target] = targets++;
    step = {source[step.source], target[step.target]};
  }
  return connections;
}

/// Connections of a network that are counted, as a chain of pairs.
class ChainBuilder {
 public:
  explicit ChainBuilder(const Network& network) : network_(network) {}

  std::vector<PairChain> all() {
    return network_.layer_begin().empty() ? std::vector{folded(every_source)} : layered(0, every_source);
  }
  /// Only those whose source is not an input.
  std::vector<PairChain> beyond_inputs() {
    return network_.layer_begin().empty() ? std::vector{folded(inner_source)} : layered(1, inner_source);
  }

 private:
  static bool every_source(const Network&, uint32_t) { return true; }
  static bool inner_source(const Network& network, uint32_t u) { return network.in_degree(u) > 0; }

  PairChain folded(bool (*counts)(const Network&, uint32_t)) {
    PairChain chain;
    chain.is_folded = true;
    std::vector<Step> connections;
    std::vector<bool> has_in(network_.neurons(), false);
    std::vector<bool> has_out(network_.neurons(), false);
    for (uint32_t v = 0; v < network_.neurons(); ++v)
      for (const uint32_t u : network_.sources_of(v)) {
        if (!counts(network_, u)) continue;
        connections.push_back({u, v});
        has_out[u] = true;
        has_in[v] = true;
      }
    for (uint32_t v = 0; v < network_.neurons(); ++v) chain.serving_twice += has_in[v] && has_out[v] ? 1 : 0;
    chain.worth = static_cast<double>(connections.size());
    chain.pairs.push_back(plain_pair(network_.neurons(), network_.neurons(), connections));
    return chain;
  }

  std::vector<PairChain> layered(size_t first_pair, bool (*counts)(const Network&, uint32_t)) {
    PairChain chain;
    std::vector<std::shared_ptr<MadePair>> layers;
    const auto begin = network_.layer_begin();
    for (size_t l = first_pair; l + 2 < begin.size(); ++l) {
      layers.push_back(pair_of(begin[l], begin[l + 1], begin[l + 2], counts));
      chain.pairs.push_back(layers.back()->plain);
      chain.worth += chain.pairs.back()->worth();
      if (l == first_pair) continue;
      for (uint32_t v = begin[l]; v < begin[l + 1]; ++v)
        chain.serving_twice += network_.in_degree(v) > 0 && network_.out_degree()[v] > 0 ? 1 : 0;
    }
    if (!weigh(layers)) return {chain};
    PairChain weighted;
    weighted.serving_twice = chain.serving_twice;
    for (const auto& layer : layers) {
      weighted.pairs.push_back(layer->weighted);
      weighted.worth += layer->weighted->worth();
    }
    return {chain, weighted};
  }

  std::shared_ptr<MadePair> pair_of(uint32_t first, uint32_t middle, uint32_t end,
                                    bool (*counts)(const Network&, uint32_t)) {
    std::vector<Step> connections;
    for (uint32_t v = middle; v < end; ++v)
      for (const uint32_t u : network_.sources_of(v))
        if (counts(network_, u)) connections.push_back({u - first, v - middle});
    const uint32_t sources = middle - first;
    const uint32_t targets = end - middle;
    for (const auto& made : made_)
      if (made->is_of(sources, targets, connections)) return made;
    auto made = std::make_shared<MadePair>(MadePair{sources, targets, {}, {}, {}});
    made->plain = plain_pair(sources, targets, connections);
    if (connections.size() <= room_) {
      room_ -= connections.size();
      made->connections = std::move(connections);
      made_.push_back(made);
    }
    return made;
  }

  /// Gives every pair its weights; none, if there is no time for all: the heaviest sets would lie in those without.
  bool weigh(std::span<const std::shared_ptr<MadePair>> layers) {
    std::vector<MadePair*> wanting;
    double work = 0;
    for (const auto& layer : layers) {
      if (layer->weighted || std::find(wanting.begin(), wanting.end(), layer.get()) != wanting.end()) continue;
      if (layer->plain->worth() > 0 && layer->connections.empty()) return false;
      wanting.push_back(layer.get());
      if (layer->gains_by_weights()) work += layer->weighing_work();
    }
    if (!may_spend(work, weighing_work_left_)) return false;
    for (MadePair* made : wanting) made->weighted = made->gains_by_weights() ? weighted_pair(*made) : made->plain;
    return std::any_of(layers.begin(), layers.end(), [](const auto& made) { return made->weighted != made->plain; });
  }

  /// Takes `work` from what is `left`, if there is enough.
  static bool may_spend(double work, double& left) {
    if (work > left) return false;
    left -= work;
    return true;
  }

  std::shared_ptr<const PairConnections> plain_pair(uint32_t sources, uint32_t targets,
                                                    const std::vector<Step>& connections) {
    std::vector<NormCertificate> norms;
    if (!connections.empty() && may_spend(certificate_work(sources, targets, connections), certificate_work_left_))
      norms = certificates(sources, targets, connections);
    return std::make_shared<const PairConnections>(sources, targets, connections, std::move(norms));
  }

  static std::shared_ptr<const PairConnections> weighted_pair(const MadePair& made) {
    uint32_t sources = made.sources;
    uint32_t targets = made.targets;
    const std::vector<Step> used = numbered_again(made.connections, sources, targets);
    if (used.empty()) return made.plain;
    const std::vector<double> weights = even_weights(sources, targets, used);
    return std::make_shared<const PairConnections>(sources, targets, used,
                                                   centred_certificates(sources, targets, used, weights), weights);
  }

  const Network& network_;
  std::vector<std::shared_ptr<MadePair>> made_;
  size_t room_ = most_kept;
  double certificate_work_left_ = most_certificate_work;
  double weighing_work_left_ = most_weighing_work;
};

}  // namespace

PairChains pair_chains(const Network& network) {
  ChainBuilder builder(network);
  return {builder.all(), builder.beyond_inputs()};
}

}  // namespace sparsio
