// engine_rates: what an engine does where memory is no limit, by tile: the roof that a prediction of its time has.
#pragma once

#include <vector>

#include "run/calibration.hpp"

namespace sparsio {

/// The tiles that rates are measured at, and that `choose` chooses from.
const std::vector<uint32_t>& calibrated_tiles();

/// Every engine of this build that executes the general track, but `reference` and `auto`: on one thread, `seconds` a
/// tile at most. Those that cannot execute the small network are left out.
std::vector<EngineRate> measure_engine_rates(double seconds);

}  // namespace sparsio
