#include "order/shared/stream.hpp"

#include <algorithm>

namespace sparsio {
namespace {

constexpr uint32_t nobody = UINT32_MAX;

class Stream {
 public:
  Stream(const Network& network, const Adjacency& adjacency, uint64_t size)
      : network_(network),
        adjacency_(adjacency),
        size_(size),
        state_(network.neurons(), outside),
        missing_(network.in_degrees()),
        strangers_(network.neurons(), 0),
        wanted_(network.neurons(), 0),
        urgency_(network.neurons(), 0),
        done_(network.connections(), false) {
    for (uint32_t v = 0; v < network.neurons(); ++v)
      if (missing_[v] == 0) state_[v] = finished;
    for (uint64_t k = 0; k < network.connections(); ++k)
      if (state_[network.source()[k]] == outside) ++strangers_[adjacency.target[k]];
    for (uint32_t v = 0; v < network.neurons(); ++v)
      if (state_[v] == outside && strangers_[v] == 0) admissible_.push_back(v);
  }

  Order run() {
    uint32_t source = nobody;
    while (connection_.size() < network_.connections()) {
      while (residents_ < size_ && !admissible_.empty()) {
        admit(best_target(source), source);
        drain();
      }
      if (connection_.size() == network_.connections()) break;
      source = best_source();
      give(source);
      drain();
    }
    return Order(std::move(connection_));
  }

 private:
  enum State : uint8_t { outside, resident, finished };

  template <class Visit>
  void for_sources(uint32_t v, const Visit& visit) const {
    for (uint64_t k = network_.in_begin()[v]; k < network_.in_begin()[v + 1]; ++k) visit(k, network_.source()[k]);
  }

  /// How urgent a source is made by a target that lacks `missing` sources. Fractions of powers of two add exactly.
  static double weight(uint64_t missing) {
    const auto m = static_cast<double>(missing);
    return missing == 0 ? 0 : static_cast<double>(static_cast<uint64_t>(0x1p40 / (m * m * m * m)));
  }

  /// The admissible target whose sources are wanted most; what is in fast memory now costs it nothing.
  uint32_t best_target(uint32_t source) {
    size_t best = 0;
    double best_cost = 0;
    for (size_t i = 0; i < admissible_.size(); ++i) {
      double cost = 0;
      for_sources(admissible_[i], [&](uint64_t, uint32_t u) {
        if (u == source)
          cost -= 1;
        else
          cost += 1 / ((1.0 + wanted_[u]) * (1.0 + wanted_[u]));
      });
      cost /= static_cast<double>(network_.in_degree(admissible_[i]));
      if (i > 0 && cost >= best_cost) continue;
      best = i;
      best_cost = cost;
    }
    const uint32_t v = admissible_[best];
    admissible_.erase(admissible_.begin() + static_cast<int64_t>(best));
    return v;
  }

  /// The finished source that is wanted most urgently.
  uint32_t best_source() const {
    uint32_t best = nobody;
    for (uint32_t u = 0; u < network_.neurons(); ++u)
      if (state_[u] == finished && wanted_[u] > 0 && (best == nobody || urgency_[u] > urgency_[best])) best = u;
    return best;
  }

  void admit(uint32_t v, uint32_t source) {
    state_[v] = resident;
    ++residents_;
    for (const uint32_t k : adjacency_.out(v))
      if (--strangers_[adjacency_.target[k]] == 0) admissible_.push_back(adjacency_.target[k]);
    for_sources(v, [&](uint64_t, uint32_t u) {
      ++wanted_[u];
      urgency_[u] += weight(missing_[v]);
    });
    for_sources(v, [&](uint64_t k, uint32_t u) {
      if (u == source) process(static_cast<uint32_t>(k));
    });
  }

  void process(uint32_t k) {
    connection_.push_back(k);
    done_[k] = true;
    const uint32_t v = adjacency_.target[k];
    const double before = weight(missing_[v]);
    --missing_[v];
    --wanted_[network_.source()[k]];
    urgency_[network_.source()[k]] -= before;
    for_sources(v, [&](uint64_t other, uint32_t u) {
      if (!done_[other]) urgency_[u] += weight(missing_[v]) - before;
    });
    if (missing_[v] == 0) leaving_.push_back(v);
  }

  void give(uint32_t u) {
    for (const uint32_t k : adjacency_.out(u))
      if (state_[adjacency_.target[k]] == resident && !done_[k]) process(k);
  }

  /// Finished targets leave, giving to the residents while they are in fast memory.
  void drain() {
    while (!leaving_.empty()) {
      const uint32_t v = leaving_.back();
      leaving_.pop_back();
      state_[v] = finished;
      --residents_;
      give(v);
    }
  }

  const Network& network_;
  const Adjacency& adjacency_;
  uint64_t size_;
  std::vector<State> state_;
  std::vector<uint64_t> missing_;    // sources that have not given to each neuron
  std::vector<uint64_t> strangers_;  // sources of each neuron that were never admitted
  std::vector<uint32_t> wanted_;     // residents that wait for each neuron
  std::vector<double> urgency_;      // sum of their weights
  std::vector<bool> done_;
  std::vector<uint32_t> admissible_;
  std::vector<uint32_t> leaving_;
  uint64_t residents_ = 0;
  std::vector<uint32_t> connection_;
};

}  // namespace

Order stream(const Network& network, const Adjacency& adjacency, uint64_t size) {
  return Stream(network, adjacency, size).run();
}

}  // namespace sparsio
