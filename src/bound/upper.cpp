// upper: 2 (W + N - I). Neuron by neuron with three words of fast memory; less than twice the lower bound.
#include "bound/bound_kind.hpp"

namespace sparsio {
namespace {

const Register<BoundKind> registered{
    {"2 (W + N - I): the 2-optimal method, neuron by neuron, needs M = 3",
     BoundKind::Side::upper,
     {},
     [](const Network& network, uint64_t) { return bounds(network.facts()).upper(); }}};

}  // namespace
}  // namespace sparsio
