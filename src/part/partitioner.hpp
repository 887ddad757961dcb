// partitioner: a way to divide the rows of every layer among workers.
// Row-wise as in Demirci and Ferhatosmanoglu 2021: a row, a target neuron with all of its in-connections, has one
// owner, who also owns its value. What a partition costs is told by volume.hpp.
#pragma once

#include "base/registry.hpp"
#include "net/layer.hpp"
#include "net/partition.hpp"

namespace sparsio {

struct PartitionerKind {
  static constexpr std::string_view kind_name = "partitioner";
  std::string_view summary;
  Options options;
  /// Owners of the targets of every layer, from a fresh walk; the inputs' (owner[0]) are left out, unless it knows
  /// them. `parts` >= 1.
  Partition (*make)(LayerSource& network, uint32_t parts, const Params& params);
};

/// Names of those that divide any network and need not be told how (`file` must be): for tests and tables of all.
std::vector<std::string> dividing_partitioners();

/// What `kind` makes, and the inputs' owners: an input belongs to one of the parts that read it, of these to the one
/// that has the fewest words to send so far; to part 0 if nobody reads it. Two walks of the network.
Partition partition(const PartitionerKind& kind, LayerSource& network, uint32_t parts, const Params& params);

}  // namespace sparsio
