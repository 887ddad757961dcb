// greedy: over all ready neurons of all layers, next the one whose sources are resident.
// A neuron is ready when all its sources are finished. A model of fast memory (least recently used, M - 2 values) says
// which sources are resident. Each of them counts 1, and up to 2 more the fewer uses it has left (the last use frees
// its place); a source that must be loaded counts -1/2, or nothing on
// its last use; the sum is divided by the square root of the number of sources,
// so that a share matters and a whole neuron more. The trick that keeps it near W log W: sums are integers, uses left
// are rounded to powers of two, and what did not change moves no ready neuron.
#include <bit>
#include <cmath>
#include <list>
#include <set>

#include "order/order_kind.hpp"
#include "order/shared/adjacency.hpp"

namespace sparsio {
namespace {

/// A ready neuron; the greatest score is first.
struct Candidate {
  double score;
  uint32_t neuron;

  bool operator<(const Candidate& other) const {
    return score != other.score ? score > other.score : neuron < other.neuron;
  }
};

class Greedy {
 public:
  Greedy(const Network& network, const Adjacency& adjacency, uint64_t capacity)
      : network_(network),
        adjacency_(adjacency),
        capacity_(capacity),
        missing_(network.in_degrees()),
        sum_(network.neurons(), 0),
        worth_(network.neurons(), 0),
        uses_(network.out_degree().begin(), network.out_degree().end()),
        place_(network.neurons(), recent_.end()) {
    for (uint32_t v = 0; v < network.neurons(); ++v) revalue(v);
    for (uint32_t v = 0; v < network.neurons(); ++v)
      if (network.in_degree(v) == 0) finish(v);
  }

  std::vector<uint32_t> run() {
    std::vector<uint32_t> targets;
    while (!ready_.empty()) {
      const uint32_t v = ready_.begin()->neuron;
      ready_.erase(ready_.begin());
      targets.push_back(v);
      for (const uint32_t u : network_.sources_of(v)) {
        touch(u);
        if (--uses_[u] == 0)
          leave(u);
        else
          revalue(u);
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

  Candidate candidate(uint32_t v) const {
    return {static_cast<double>(sum_[v]) / std::sqrt(static_cast<double>(network_.in_degree(v))), v};
  }

  /// Makes u the most recently used value, evicting the least recently used one if it was not resident.
  void touch(uint32_t u) {
    if (place_[u] != recent_.end()) {
      recent_.splice(recent_.begin(), recent_, place_[u]);
      return;
    }
    if (recent_.size() == capacity_) leave(recent_.back());
    recent_.push_front(u);
    place_[u] = recent_.begin();
    revalue(u);
  }

  void leave(uint32_t u) {
    recent_.erase(place_[u]);
    place_[u] = recent_.end();
    revalue(u);
  }

  /// What u counts for its targets, after it was loaded, evicted or used.
  void revalue(uint32_t u) {
    if (uses_[u] == 0) return;
    const int64_t last_use = unit / static_cast<int64_t>(std::bit_floor(uses_[u]));
    const int64_t worth = place_[u] != recent_.end() ? unit + 2 * last_use : loaded + last_use / 2;
    const int64_t change = worth - worth_[u];
    if (change == 0) return;
    worth_[u] = worth;
    for (const uint32_t k : adjacency_.out(u)) {
      const uint32_t v = adjacency_.target[k];
      const bool waits = missing_[v] == 0 && ready_.erase(candidate(v)) > 0;
      sum_[v] += change;
      if (waits) ready_.insert(candidate(v));
    }
  }

  static constexpr int64_t unit = 1 << 20;
  static constexpr int64_t loaded = -unit / 2;

  const Network& network_;
  const Adjacency& adjacency_;
  uint64_t capacity_;
  std::vector<uint64_t> missing_;  // sources of each neuron that are not finished
  std::vector<int64_t> sum_;       // what the sources of each neuron are worth together
  std::vector<int64_t> worth_;     // what each neuron is worth to a target
  std::vector<uint64_t> uses_;     // targets of each neuron that are not finished
  std::list<uint32_t> recent_;
  std::vector<std::list<uint32_t>::iterator> place_;
  std::set<Candidate> ready_;
};

Order make(const Network& network, uint64_t memory, const Params&) {
  const Adjacency adjacency(network);
  return neuron_by_neuron(network, Greedy(network, adjacency, resident_targets(memory)).run());
}

const Register<OrderKind> registered{
    {"over all ready neurons, next the one whose sources are resident and about to die", {}, make}};

}  // namespace
}  // namespace sparsio
