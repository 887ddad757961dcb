// none: counts nothing, and says so.
#include "count/meter.hpp"

namespace sparsio {
namespace {

Counts measure(const MeterRequest& request, const Params&) {
  return unavailable("none", request, "no meter was asked for");
}

const Register<MeterKind> registered{{"counts nothing", {}, measure}};

}  // namespace
}  // namespace sparsio
