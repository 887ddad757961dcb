#include "bound/pair_chain.hpp"

#include <algorithm>

namespace sparsio {
namespace {

constexpr size_t most_compared = 200'000;         // connections of a pair that is kept for comparison
constexpr size_t most_kept = 128;                 // pairs that are compared with later ones
constexpr double most_certificate_work = 1.2e11;  // floating-point operations for the norms of all layers

/// Connections of a network that are counted, as a chain of pairs.
class ChainBuilder {
 public:
  explicit ChainBuilder(const Network& network) : network_(network) {}

  PairChain all() { return network_.layer_begin().empty() ? folded(every_source) : layered(0, every_source); }
  /// Only those whose source is not an input.
  PairChain beyond_inputs() { return network_.layer_begin().empty() ? folded(inner_source) : layered(1, inner_source); }

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
    chain.connections = connections.size();
    chain.pairs.push_back(make_pair(network_.neurons(), network_.neurons(), connections));
    return chain;
  }

  PairChain layered(size_t first_pair, bool (*counts)(const Network&, uint32_t)) {
    PairChain chain;
    const auto begin = network_.layer_begin();
    for (size_t l = first_pair; l + 2 < begin.size(); ++l) {
      chain.pairs.push_back(pair_of(begin[l], begin[l + 1], begin[l + 2], counts));
      chain.connections += chain.pairs.back()->connections();
      if (l == first_pair) continue;
      for (uint32_t v = begin[l]; v < begin[l + 1]; ++v)
        chain.serving_twice += network_.in_degree(v) > 0 && network_.out_degree()[v] > 0 ? 1 : 0;
    }
    return chain;
  }

  std::shared_ptr<const PairConnections> pair_of(uint32_t first, uint32_t middle, uint32_t end,
                                                 bool (*counts)(const Network&, uint32_t)) {
    std::vector<Step> connections;
    for (uint32_t v = middle; v < end; ++v)
      for (uint64_t k = network_.in_begin()[v]; k < network_.in_begin()[v + 1]; ++k)
        if (counts(network_, network_.source()[k])) connections.push_back({network_.source()[k] - first, v - middle});
    return make_pair(middle - first, end - middle, connections);
  }

  /// Layers with the same connections, as generated networks often have, share one.
  std::shared_ptr<const PairConnections> make_pair(uint32_t sources, uint32_t targets,
                                                   const std::vector<Step>& connections) {
    const auto same = [](const Step& a, const Step& b) { return a.source == b.source && a.target == b.target; };
    for (const Made& made : made_)
      if (made.sources == sources && made.targets == targets &&
          std::equal(connections.begin(), connections.end(), made.connections.begin(), made.connections.end(), same))
        return made.pair;
    std::vector<NormCertificate> norms;
    const double work = certificate_work(sources, targets, connections);
    if (!connections.empty() && spent_ + work <= most_certificate_work) {
      spent_ += work;
      norms = certificates(sources, targets, connections);
    }
    auto pair = std::make_shared<const PairConnections>(sources, targets, connections, std::move(norms));
    if (made_.size() < most_kept && connections.size() <= most_compared)
      made_.push_back({sources, targets, connections, pair});
    return pair;
  }

  struct Made {
    uint32_t sources;
    uint32_t targets;
    std::vector<Step> connections;
    std::shared_ptr<const PairConnections> pair;
  };
  const Network& network_;
  std::vector<Made> made_;
  double spent_ = 0;
};

}  // namespace

PairChains pair_chains(const Network& network) {
  ChainBuilder builder(network);
  return {builder.all(), builder.beyond_inputs()};
}

}  // namespace sparsio
