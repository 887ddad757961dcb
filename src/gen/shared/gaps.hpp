// gaps: which of a row of possible connections are kept, without asking about each.
// The distance to the next one kept is geometric, so a row of n costs n x density draws.
#pragma once

#include <cmath>
#include <cstdint>

#include "base/random.hpp"

namespace sparsio {

/// The first place at or after `from` that is kept, each with probability `density`, independently; past every uint32
/// if there is none.
inline uint64_t next_kept(RandomStream& random, double density, uint64_t from) {
  if (density >= 1) return from;
  if (density <= 0) return UINT64_MAX;
  const double gap = std::floor(std::log1p(-random.uniform()) / std::log1p(-density));
  return gap < 0x1p40 ? from + static_cast<uint64_t>(gap) : UINT64_MAX;
}

/// Weights are uniform in +-this, the variance of He et al. 2015 for so many sources: values neither die nor grow.
inline double weight_bound(double sources) {
  return std::sqrt(6.0 / std::fmax(1.0, sources));
}

}  // namespace sparsio
