// theory: one schedule in the I/O model, beside the bounds. What `sparsio io` prints and every row carries.
#pragma once

#include "bound/lower_instance.hpp"
#include "bound/shared/bounds.hpp"
#include "io/policy.hpp"
#include "net/access.hpp"
#include "order/order_kind.hpp"

namespace sparsio {

/// An order made for a network, with its steps: what simulations walk.
struct Schedule {
  Order order;
  std::vector<Step> steps;
  uint64_t max_live = 0;
  InstanceBound bound{};  // for the memory that the order was made for
};

/// `bound`: that of the network at this memory, which is the same for every order.
Schedule make_schedule(const Network& network, const std::string& order, uint64_t memory, const std::string& place,
                       const InstanceBound& bound);

enum class CostUnit { words, bytes };

/// Words of which `weights` are weights, in the unit asked for.
uint64_t price(uint64_t words, uint64_t weights, CostUnit unit, uint64_t panel, const ByteCosts& costs);

/// I/Os of a schedule in the unit asked for; with bytes every figure is bytes, `lower` included (io/MODEL.md, 6).
struct Theory {
  uint64_t lower = 0;
  uint64_t lower_instance = 0;
  uint64_t upper = 0;
  /// Value reads beyond the first of each neuron, over those that no schedule avoids: 1 is optimal. NaN where the bound
  /// proves none.
  double certified_gap = 0;
  uint64_t reads = 0;
  uint64_t writes = 0;
  IoCount values;  // in words, whatever the unit

  uint64_t total() const { return reads + writes; }
  double ratio() const { return static_cast<double>(total()) / static_cast<double>(lower); }
};

/// Words moved under a schedule, priced. `panel` and `costs` matter for bytes only.
Theory price(const NetworkFacts& network, const Schedule& schedule, const IoCount& values, CostUnit unit,
             uint64_t panel, const ByteCosts& costs);

Theory theory_of(const Network& network, const Schedule& schedule, const PolicyKind& policy, uint64_t memory,
                 CostUnit unit, uint64_t panel, const ByteCosts& costs);

/// The reads of the model as cache lines of one pass: each value moved is whole lines, weights and indices are one
/// stream. The first rung of the ladder from words to a machine; io/lines/line_model.hpp is the second. NaN where the
/// cache holds fewer than 3 values.
double model_lines(const Network& network, const Schedule& schedule, const PolicyKind& policy, uint64_t cache_bytes,
                   uint64_t panel, const ByteCosts& costs);

}  // namespace sparsio
