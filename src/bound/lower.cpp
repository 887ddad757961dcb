// lower: W + N + S. Every weight, bias and input is read once, every output written once; no schedule moves less.
#include "bound/bound_kind.hpp"

namespace sparsio {
namespace {

const Register<BoundKind> registered{
    {"W + N + S: every weight, bias and input read once, every output written once",
     BoundKind::Side::lower,
     {},
     [](const Network& network, uint64_t) { return bounds(network.facts()).lower(); }}};

}  // namespace
}  // namespace sparsio
