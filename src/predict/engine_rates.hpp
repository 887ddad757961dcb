// engine_rates: what an engine's work costs here, by panel.
// Each engine runs a few networks that differ in what takes the time: connections that stay in the L1, many neurons
// with few sources, neurons that share all of theirs, rows and streams that do not fit. The costs of a connection, a
// neuron, a byte of the stream and a missed line are those that explain these times best (nonnegative_fit): execution
// and cache time added up, as in the execution-cache-memory model (Treibig, Hager, PPAM 2009), with an engine's own
// overlap in its coefficients.
#pragma once

#include <string>
#include <vector>

#include "predict/calibration.hpp"

namespace sparsio {

/// The panels that rates are measured at, and that `choose` chooses from.
const std::vector<uint32_t>& calibrated_panels();

/// Of `calibrate`.
const std::vector<std::string>& calibration_networks();

/// Every engine of this build that executes the general track, but `reference` and `auto`: on one thread, `seconds` a
/// panel, but one run of each network at least. Those that cannot execute the networks are left out. `levels` are the
/// caches whose missed lines may cost something.
std::vector<EngineRate> measure_engine_rates(double seconds, const std::vector<CacheGeometry>& levels,
                                             const std::vector<std::string>& networks);

}  // namespace sparsio
