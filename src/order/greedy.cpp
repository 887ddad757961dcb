// greedy: over all ready neurons of all layers, next the one with the largest share of its sources resident.
// A neuron is ready when all its sources are finished. A model of fast memory (least recently used, M - 2 values) says
// which sources are resident; ties go to the neuron with the fewest sources, then to the smallest id. The trick that
// keeps it near W log W: a load or an eviction changes the count of resident sources of the neuron's ready targets
// only, and buckets of (share) are a set ordered by exact cross-multiplication.
#include <algorithm>
#include <list>
#include <set>

#include "order/adjacency.hpp"
#include "order/order_kind.hpp"

namespace sparsio {
namespace {

/// A ready neuron: `resident` of its `sources` are in fast memory.
struct Candidate {
  uint64_t resident;
  uint64_t sources;
  uint32_t neuron;

  bool operator<(const Candidate& other) const {
    const uint64_t mine = resident * other.sources;
    const uint64_t theirs = other.resident * sources;
    if (mine != theirs) return mine > theirs;
    return sources != other.sources ? sources < other.sources : neuron < other.neuron;
  }
};

class Greedy {
 public:
  Greedy(const Network& network, const Adjacency& adjacency, uint64_t capacity)
      : network_(network),
        adjacency_(adjacency),
        capacity_(capacity),
        missing_(network.neurons()),
        resident_(network.neurons(), 0),
        uses_(network.out_degree().begin(), network.out_degree().end()),
        place_(network.neurons(), recent_.end()) {
    for (uint32_t v = 0; v < network.neurons(); ++v) missing_[v] = network.in_degree(v);
    for (uint32_t v = 0; v < network.neurons(); ++v)
      if (network.in_degree(v) == 0) finish(v);
  }

  std::vector<uint32_t> run() {
    std::vector<uint32_t> targets;
    while (!ready_.empty()) {
      const uint32_t v = ready_.begin()->neuron;
      ready_.erase(ready_.begin());
      targets.push_back(v);
      for (uint64_t k = network_.in_begin()[v]; k < network_.in_begin()[v + 1]; ++k) {
        const uint32_t u = network_.source()[k];
        touch(u);
        if (--uses_[u] == 0) leave(u);
      }
      finish(v);
      if (uses_[v] > 0) touch(v);
    }
    return targets;
  }

 private:
  void finish(uint32_t u) {
    for (const uint32_t k : adjacency_.out(u)) {
      const uint32_t v = adjacency_.target[k];
      if (--missing_[v] == 0) ready_.insert(candidate(v));
    }
  }

  Candidate candidate(uint32_t v) const { return {resident_[v], network_.in_degree(v), v}; }

  /// Makes u the most recently used value, evicting the least recently used one if it was not resident.
  void touch(uint32_t u) {
    if (place_[u] != recent_.end()) {
      recent_.splice(recent_.begin(), recent_, place_[u]);
      return;
    }
    if (recent_.size() == capacity_) leave(recent_.back());
    recent_.push_front(u);
    place_[u] = recent_.begin();
    for (const uint32_t k : adjacency_.out(u)) count(adjacency_.target[k], 1);
  }

  void leave(uint32_t u) {
    recent_.erase(place_[u]);
    place_[u] = recent_.end();
    for (const uint32_t k : adjacency_.out(u)) count(adjacency_.target[k], -1);
  }

  void count(uint32_t v, int change) {
    if (missing_[v] > 0) {
      resident_[v] += static_cast<uint64_t>(change);
      return;
    }
    const bool waits = ready_.erase(candidate(v)) > 0;
    resident_[v] += static_cast<uint64_t>(change);
    if (waits) ready_.insert(candidate(v));
  }

  const Network& network_;
  const Adjacency& adjacency_;
  uint64_t capacity_;
  std::vector<uint64_t> missing_;   // sources of each neuron that are not finished
  std::vector<uint64_t> resident_;  // sources of each neuron in fast memory
  std::vector<uint64_t> uses_;      // targets of each neuron that are not finished
  std::list<uint32_t> recent_;
  std::vector<std::list<uint32_t>::iterator> place_;
  std::set<Candidate> ready_;
};

Order make(const Network& network, uint64_t memory, const Params&) {
  const Adjacency adjacency(network);
  return neuron_by_neuron(network, Greedy(network, adjacency, memory > 3 ? memory - 2 : 1).run());
}

const Register<OrderKind> registered{
    {"over all ready neurons, next the one with the largest share of its sources resident", {}, make}};

}  // namespace
}  // namespace sparsio
