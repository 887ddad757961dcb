#include "bound/pair_chain.hpp"

#include <algorithm>
#include <cstdint>

#include "bound/even_weights.hpp"

namespace sparsio {
namespace {

constexpr size_t most_kept = 4'000'000;           // connections of the pairs that are compared with later ones
constexpr double most_certificate_work = 1.2e11;  // floating-point operations for the norms of all layers
constexpr double most_weighing_work = 2e10;       // for weights and their norms
constexpr size_t always_weighed = 2000;           // connections; above, only where degrees are at least:
constexpr size_t least_weighed_degree = 8;        // in fewer it is degrees that limit a set, not how even it lies

/// A pair as it is, and with weights, which may be the same.
struct MadePair {
  std::shared_ptr<const PairConnections> plain;
  std::shared_ptr<const PairConnections> weighted;
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
      for (uint64_t k = network_.in_begin()[v]; k < network_.in_begin()[v + 1]; ++k) {
        const uint32_t u = network_.source()[k];
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
    PairChain weighted;
    const auto begin = network_.layer_begin();
    for (size_t l = first_pair; l + 2 < begin.size(); ++l) {
      const MadePair made = pair_of(begin[l], begin[l + 1], begin[l + 2], counts);
      chain.pairs.push_back(made.plain);
      chain.worth += made.plain->worth();
      weighted.pairs.push_back(made.weighted);
      weighted.worth += made.weighted->worth();
      if (l == first_pair) continue;
      for (uint32_t v = begin[l]; v < begin[l + 1]; ++v)
        chain.serving_twice += network_.in_degree(v) > 0 && network_.out_degree()[v] > 0 ? 1 : 0;
    }
    weighted.serving_twice = chain.serving_twice;
    std::vector<PairChain> result{std::move(chain)};
    if (result.front().pairs != weighted.pairs) result.push_back(std::move(weighted));
    return result;
  }

  MadePair pair_of(uint32_t first, uint32_t middle, uint32_t end, bool (*counts)(const Network&, uint32_t)) {
    std::vector<Step> connections;
    for (uint32_t v = middle; v < end; ++v)
      for (uint64_t k = network_.in_begin()[v]; k < network_.in_begin()[v + 1]; ++k)
        if (counts(network_, network_.source()[k])) connections.push_back({network_.source()[k] - first, v - middle});
    return both_pairs(middle - first, end - middle, connections);
  }

  /// Layers with the same connections, as generated networks often have, share one.
  MadePair both_pairs(uint32_t sources, uint32_t targets, const std::vector<Step>& connections) {
    const auto same = [](const Step& a, const Step& b) { return a.source == b.source && a.target == b.target; };
    for (const Made& made : made_)
      if (made.sources == sources && made.targets == targets &&
          std::equal(connections.begin(), connections.end(), made.connections.begin(), made.connections.end(), same))
        return made.pair;
    MadePair pair;
    pair.plain = plain_pair(sources, targets, connections);
    pair.weighted = weighted_pair(sources, targets, connections);
    if (!pair.weighted) pair.weighted = pair.plain;
    if (kept_ + connections.size() <= most_kept) {
      kept_ += connections.size();
      made_.push_back({sources, targets, connections, pair});
    }
    return pair;
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

  /// Null where weights are of no use or there is no time for them.
  std::shared_ptr<const PairConnections> weighted_pair(uint32_t sources, uint32_t targets,
                                                       const std::vector<Step>& connections) {
    const std::vector<Step> used = numbered_again(connections, sources, targets);
    const size_t degree = used.size() / std::max({1U, sources, targets});
    if (used.size() > always_weighed && degree < least_weighed_degree) return nullptr;
    const double work = even_weights_work(sources, targets, used.size()) + certificate_work(sources, targets, used) / 2;
    if (used.empty() || !may_spend(work, weighing_work_left_)) return nullptr;
    const std::vector<double> weights = even_weights(sources, targets, used);
    return std::make_shared<const PairConnections>(sources, targets, used,
                                                   centred_certificates(sources, targets, used, weights), weights);
  }

  struct Made {
    uint32_t sources;
    uint32_t targets;
    std::vector<Step> connections;
    MadePair pair;
  };
  const Network& network_;
  std::vector<Made> made_;
  size_t kept_ = 0;
  double certificate_work_left_ = most_certificate_work;
  double weighing_work_left_ = most_weighing_work;
};

}  // namespace

PairChains pair_chains(const Network& network) {
  ChainBuilder builder(network);
  return {builder.all(), builder.beyond_inputs()};
}

}  // namespace sparsio
