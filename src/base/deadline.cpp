#include "base/deadline.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace sparsio {

void Deadline::check() const {
  if (is_over()) throw TimeLimit(fmt::format("stopped at the time limit of {} s", seconds_));
}

}  // namespace sparsio
