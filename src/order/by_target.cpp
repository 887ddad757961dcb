// by_target: neuron by neuron, the 2-optimal order (Gleinig et al. 2023).
// Target neurons in topological order, each with all its in-connections before the next: an accumulator is read and
// written at most once. It is how a Network stores its connections, so nothing is computed or kept.
#include "order/order_kind.hpp"

namespace sparsio {
namespace {

Order make(const Network&, uint64_t, const Params&) {
  return {};
}

const Register<OrderKind> registered{
    {"neuron by neuron: all in-connections of a target, then the next (2-optimal)", {}, make}};

}  // namespace
}  // namespace sparsio
