// target_search: local search over the sequence of targets, neuron by neuron, with Belady's rule as the judge.
// A target is moved to another place between its last source and its first target; the change of cost is found by
// simulating neuron by neuron from the last checkpoint before the change until fast memory holds again what it held
// before, or for a few hundred targets; what looks good is then simulated to the end, so that the cost kept is exact.
// Annealed; the best sequence met is kept.
#pragma once

#include "order/shared/adjacency.hpp"

namespace sparsio {

struct SearchBudget {
  uint64_t proposals;
  double hot = 2;  // words; the temperature falls from hot to cold
  double cold = 0.2;
  uint64_t reach = 300;  // places a target moves at most
  uint64_t seed = 1;
};

/// `targets`, a topological sequence of all targets, improved.
std::vector<uint32_t> search_targets(const Network& network, const Adjacency& adjacency, std::vector<uint32_t> targets,
                                     uint64_t memory, const SearchBudget& budget);

}  // namespace sparsio
