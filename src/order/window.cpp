// window: a rolling window of resident targets, replaced as they finish.
// Layer after layer (by depth in a general DAG), the window running on from one layer into the next. With M - 2 targets
// resident one word is left for the source and one for the weight, and a source serves M - 2 targets a read.
#include "order/order_kind.hpp"
#include "order/shared/rolling_window.hpp"

namespace sparsio {
namespace {

Order make(const Network& network, uint64_t memory, const Params& params) {
  const uint64_t size = resident_targets(memory, params.count("size"));
  return rolling_window(network, Adjacency(network), targets_by_depth(network), size);
}

const Register<OrderKind> registered{{"a rolling window of resident targets, replaced as they finish",
                                      {{"size", Type::integer, "0", "resident targets; 0 is M - 2"}},
                                      make}};

}  // namespace
}  // namespace sparsio
