// exchange_plan: what ranks send each other and by which ways, and what that makes in words and messages.
#pragma once

#include <string>

#include "part/shared/level_items.hpp"
#include "part/shared/volume.hpp"

namespace sparsio {

struct ExchangePlan {
  Sent sent = Sent::values;
  std::string route = "direct";  // mpi/shared/route

  /// Every value from its owner straight to its readers, as volume_of() counts.
  bool is_plain() const { return sent == Sent::values && route == "direct"; }
};

/// The volume of a partition under the plan, from a fresh walk of `network`: a word is a value or a partial sum that
/// goes from one rank to another, on its way as well as at its end; a message is a pair of ranks and a stage with words
/// between them.
Volume volume_of(LayerSource& network, const Partition& partition, const ExchangePlan& plan);

}  // namespace sparsio
