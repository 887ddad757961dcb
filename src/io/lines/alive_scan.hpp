// alive_scan: how far engines with panels look for inputs that are still alive.
// They go down the rows of the outputs, several columns at a time, until all of these are known to be alive. We suppose
// that this is at once; but of the challenge's inputs some have died, so all rows are looked at.
#pragma once

#include <algorithm>
#include <cstdint>

#include "net/activation.hpp"

namespace sparsio {

/// Of `rows` rows of outputs, with the activation of the last layer.
inline uint64_t scanned_rows(Activation activation, uint64_t rows) {
  constexpr uint64_t before_the_first_look = 16;
  return rule_of(activation).shows_life_early ? std::min(rows, before_the_first_look) : rows;
}

}  // namespace sparsio
