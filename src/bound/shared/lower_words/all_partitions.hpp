// all_partitions: the fewest words of any partition of a tiny network, by going through all of them.
// What a layer costs depends on the owners at its two ends alone, so level after level the fewest words up to each way
// to own the level are kept.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bound/shared/row_range.hpp"
#include "net/layer.hpp"

namespace sparsio {

class AllPartitions {
 public:
  explicit AllPartitions(uint32_t parts) : parts_(parts), is_tiny_(parts <= 32) {}

  /// The next layer; every part has as many of its targets as `rows` allows. Does nothing once there was too much to
  /// go through.
  void add(const Layer& layer, const RowRange& rows);
  /// None if the network was not tiny.
  std::optional<uint64_t> words() const;

 private:
  using Owners = std::vector<uint32_t>;
  std::vector<Owners> all_owners(uint32_t neurons, const RowRange& rows) const;

  uint32_t parts_;
  bool is_tiny_;
  std::vector<Owners> owners_;    // of the level before; empty: the inputs, which belong to one that reads them
  std::vector<uint64_t> fewest_;  // words up to each
};

}  // namespace sparsio
