// order: the sequence in which connections are processed.
// Either lazy (`by_target`: connection k is step k, nothing is stored) or a permutation. It is valid if every
// in-connection of a neuron comes before each of its out-connections.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "net/network.hpp"

namespace sparsio {

class Order {
 public:
  /// by_target: the connections as the network stores them.
  Order() = default;
  /// Step k processes connection[k].
  explicit Order(std::vector<uint32_t> connection) : connection_(std::move(connection)) {}

  bool is_by_target() const { return connection_.empty(); }
  uint64_t at(uint64_t step) const { return connection_.empty() ? step : connection_[step]; }

  /// Words of values, read and written, of which it is proved that no schedule of the network moves fewer and that one
  /// moves just so many, in the memory that the order was made for. Nothing where who made the order does not know.
  std::optional<uint64_t> optimum() const { return optimum_; }
  void set_optimum(uint64_t value_words) { optimum_ = value_words; }

 private:
  std::vector<uint32_t> connection_;
  std::optional<uint64_t> optimum_;
};

/// One step of an order, what the I/O model needs of it.
struct Step {
  uint32_t source;
  uint32_t target;
};

/// The steps of `order` over `network`, one a connection.
std::vector<Step> steps(const Network& network, const Order& order);

/// The most neurons live at once, a neuron being live from its first to its last occurrence. With M = max_live + 1
/// words of fast memory the order moves no word twice (Gleinig et al. 2023; io/MODEL.md, 2).
uint64_t max_live(uint32_t neurons, std::span<const Step> steps);

}  // namespace sparsio
