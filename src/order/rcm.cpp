// rcm: reverse Cuthill-McKee bandwidth reduction (Cuthill, McKee 1969; George 1971) for general DAGs.
// The neurons are numbered by breadth-first search over connections in both directions, from a neuron far from the rest
// (the last one found by a search from one of least degree), neighbours in order of degree; the numbering reversed is
// the rank. Neurons are then processed in the topological sequence that follows the rank most closely. A network whose
// topological bandwidth is k needs k + 2 words (io/MODEL.md, 2).
#include <algorithm>
#include <numeric>

#include "order/order_kind.hpp"
#include "order/shared/adjacency.hpp"

namespace sparsio {
namespace {

class Search {
 public:
  Search(const Network& network, const Adjacency& adjacency)
      : network_(network), adjacency_(adjacency), mark_(network.neurons(), 0) {}

  /// Appends the component of `root` that has not been marked by `mark` yet, breadth first.
  void append(uint32_t root, uint32_t mark, std::vector<uint32_t>& found) {
    size_t at = found.size();
    const auto enter = [&](uint32_t v) {
      if (mark_[v] == mark) return;
      mark_[v] = mark;
      found.push_back(v);
    };
    enter(root);
    while (at < found.size()) {
      const uint32_t u = found[at++];
      const auto first = static_cast<int64_t>(found.size());
      for (const uint32_t v : network_.sources_of(u)) enter(v);
      for (const uint32_t k : adjacency_.out(u)) enter(adjacency_.target[k]);
      std::stable_sort(found.begin() + first, found.end(),
                       [&](uint32_t a, uint32_t b) { return degree(a) < degree(b); });
    }
  }

  bool marked(uint32_t v, uint32_t mark) const { return mark_[v] == mark; }
  uint64_t degree(uint32_t v) const { return network_.in_degree(v) + network_.out_degree()[v]; }

 private:
  const Network& network_;
  const Adjacency& adjacency_;
  std::vector<uint32_t> mark_;
};

Order make(const Network& network, uint64_t, const Params&) {
  constexpr uint32_t probed = 1;
  constexpr uint32_t numbered = 2;
  const Adjacency adjacency(network);
  Search search(network, adjacency);
  std::vector<uint32_t> by_degree(network.neurons());
  std::iota(by_degree.begin(), by_degree.end(), 0U);
  std::stable_sort(by_degree.begin(), by_degree.end(),
                   [&](uint32_t a, uint32_t b) { return search.degree(a) < search.degree(b); });
  std::vector<uint32_t> number;
  std::vector<uint32_t> probe;
  for (const uint32_t v : by_degree) {
    if (search.marked(v, numbered)) continue;
    probe.clear();
    search.append(v, probed, probe);
    search.append(probe.back(), numbered, number);
  }
  std::vector<uint32_t> forward(network.neurons());
  std::vector<uint32_t> backward(network.neurons());
  double lean = 0;  // do connections point up in the numbering?
  for (uint32_t i = 0; i < number.size(); ++i) {
    forward[number[i]] = i;
    backward[number[i]] = network.neurons() - 1 - i;
  }
  for (uint64_t k = 0; k < network.connections(); ++k)
    lean += static_cast<double>(forward[adjacency.target[k]]) - static_cast<double>(forward[network.source()[k]]);
  return neuron_by_neuron(network, topological_by_rank(network, adjacency, lean > 0 ? forward : backward));
}

const Register<OrderKind> registered{
    {"reverse Cuthill-McKee: neurons numbered for small bandwidth, neuron by neuron", {}, make}};

}  // namespace
}  // namespace sparsio
