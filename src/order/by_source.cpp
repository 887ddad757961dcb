// by_source: source by source, the way a sparse input is pushed forward.
// Sources in topological order, each with all its out-connections before the next. Every source is read once; the
// accumulators are what spills.

#include "order/order_kind.hpp"

namespace sparsio {
namespace {

Order make(const Network& network, uint64_t, const Params&) {
  std::vector<uint64_t> fill(network.neurons() + size_t{1}, 0);
  for (uint32_t u = 0; u < network.neurons(); ++u) fill[u + 1] = fill[u] + network.out_degree()[u];
  std::vector<uint32_t> connection(network.connections());
  for (uint64_t k = 0; k < network.connections(); ++k)
    connection[fill[network.source()[k]]++] = static_cast<uint32_t>(k);
  return Order(std::move(connection));
}

const Register<OrderKind> registered{{"source by source: all out-connections of a source, then the next", {}, make}};

}  // namespace
}  // namespace sparsio
