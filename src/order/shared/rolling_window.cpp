#include "order/shared/rolling_window.hpp"

#include <algorithm>

namespace sparsio {
namespace {

class Window {
 public:
  Window(const Network& network, const Adjacency& adjacency, std::span<const uint32_t> targets, uint64_t size)
      : network_(network),
        adjacency_(adjacency),
        targets_(targets),
        size_(size),
        done_(network.connections(), false),
        missing_(network.in_degrees()),
        resident_(network.neurons(), false) {
    connection_.reserve(network.connections());
  }

  Order run() {
    for (const uint32_t oldest : targets_) {
      if (missing_[oldest] == 0) continue;
      admit(oldest);
      for (uint64_t k = network_.in_begin()[oldest]; k < network_.in_begin()[oldest + 1]; ++k)
        if (!done_[k]) feed(network_.source()[k]);
    }
    return Order(std::move(connection_));
  }

 private:
  /// Takes targets into the window while there is room; `source` is in fast memory.
  void admit(uint32_t source) {
    while (next_ < targets_.size() && residents_ < size_) {
      const uint32_t v = targets_[next_++];
      resident_[v] = true;
      ++residents_;
      if (source < v && missing_[source] == 0) take(source, v);
    }
  }

  /// The connection source -> v, if there is one.
  void take(uint32_t source, uint32_t v) {
    const auto begin = network_.source().begin() + static_cast<int64_t>(network_.in_begin()[v]);
    const auto end = network_.source().begin() + static_cast<int64_t>(network_.in_begin()[v + 1]);
    const auto at = std::lower_bound(begin, end, source);
    if (at != end && *at == source) process(static_cast<uint32_t>(at - network_.source().begin()));
  }

  void process(uint32_t k) {
    connection_.push_back(k);
    done_[k] = true;
    const uint32_t v = adjacency_.target[k];
    if (--missing_[v] > 0) return;
    resident_[v] = false;
    --residents_;
    finished_.push_back(v);
  }

  /// `source` gives to every resident target, then so does every target that this finishes, and places are filled.
  void feed(uint32_t source) {
    give(source);
    admit(source);
    while (!finished_.empty()) {
      const uint32_t v = finished_.back();
      finished_.pop_back();
      give(v);
      admit(v);
    }
  }

  void give(uint32_t source) {
    for (const uint32_t k : adjacency_.out(source))
      if (resident_[adjacency_.target[k]] && !done_[k]) process(k);
  }

  const Network& network_;
  const Adjacency& adjacency_;
  std::span<const uint32_t> targets_;
  uint64_t size_;
  size_t next_ = 0;
  uint64_t residents_ = 0;
  std::vector<bool> done_;
  std::vector<uint64_t> missing_;
  std::vector<bool> resident_;
  std::vector<uint32_t> finished_;  // targets that still have to give
  std::vector<uint32_t> connection_;
};

}  // namespace

Order rolling_window(const Network& network, const Adjacency& adjacency, std::span<const uint32_t> targets,
                     uint64_t size) {
  return Window(network, adjacency, targets, std::max<uint64_t>(1, size)).run();
}

}  // namespace sparsio
