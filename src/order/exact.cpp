// exact: the order of a schedule that moves the least possible, for tiny networks.
// A* over loads and evictions (exact_schedule.hpp). A schedule is an order and evictions; only the order can be handed
// on, and no policy here chooses evictions with the writes in mind, so the I/Os counted under `min` may lie above the
// optimum. The optimum itself goes with the order (Order::optimum): `sparsio io` prints it, and it is a column of rows.
// How large: random layers of some 30 to 40 connections at M = 4 and of some 40 to 50 at M = 6 are solved in 20 s and
// with up to 20 million states, 1 GB, which is the limit that is met first (bench/exact.cpp).
#include "order/exact/exact_schedule.hpp"
#include "order/order_kind.hpp"

namespace sparsio {
namespace {

Order make(const Network& network, uint64_t memory, const Params& params) {
  ExactSchedule found = exact_schedule(network, memory, params.count("states"));
  found.order.set_optimum(found.value_reads + found.value_writes);
  return std::move(found.order);
}

const Register<OrderKind> registered{
    {"the order of an optimal schedule, for tiny networks (some 40 connections)",
     {{"states", Type::integer, "4000000", "give up, as unsupported, after meeting so many (some 50 bytes each)",
       at_least(1)}},
     make}};

}  // namespace
}  // namespace sparsio
