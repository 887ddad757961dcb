// depth_first: from each output back to what it needs, the way a recursive evaluation goes.
// Outputs in ascending order; before a neuron come the sources it lacks, deepest recursion first, then it itself,
// neuron by neuron. A value is made just before it is needed: good where cones are narrow (trees, bands), poor where
// they spread. The recursion keeps its own stack. Dead ends come last.
#include "order/order_kind.hpp"
#include "order/shared/adjacency.hpp"

namespace sparsio {
namespace {

class DepthFirst {
 public:
  explicit DepthFirst(const Network& network) : network_(network), seen_(network.neurons(), false) {}

  /// Appends v after everything it needs that is not there yet.
  void append(uint32_t v) {
    enter(v);
    while (!stack_.empty()) {
      auto& [neuron, k] = stack_.back();
      if (k == network_.in_begin()[neuron + 1]) {
        if (network_.in_degree(neuron) > 0) targets_.push_back(neuron);
        stack_.pop_back();
      } else {
        enter(network_.source()[k++]);
      }
    }
  }

  const std::vector<uint32_t>& targets() const { return targets_; }

 private:
  void enter(uint32_t v) {
    if (seen_[v]) return;
    seen_[v] = true;
    stack_.emplace_back(v, network_.in_begin()[v]);
  }

  const Network& network_;
  std::vector<bool> seen_;
  std::vector<std::pair<uint32_t, uint64_t>> stack_;  // a neuron and the next of its in-connections to look at
  std::vector<uint32_t> targets_;
};

Order make(const Network& network, uint64_t, const Params&) {
  DepthFirst search(network);
  for (uint32_t v = 0; v < network.neurons(); ++v)
    if (network.is_output(v)) search.append(v);
  for (uint32_t v = 0; v < network.neurons(); ++v) search.append(v);
  return neuron_by_neuron(network, search.targets());
}

const Register<OrderKind> registered{{"from each output back to what it needs, neuron by neuron", {}, make}};

}  // namespace
}  // namespace sparsio
