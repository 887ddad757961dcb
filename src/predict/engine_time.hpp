// engine_time: the time that an engine's work would take here, by this machine's calibration.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "predict/calibration.hpp"
#include "predict/pass_work.hpp"

namespace sparsio {

/// One pass on one thread: the sum of what each amount costs; and the name of the one that costs most.
std::pair<double, std::string> pass_seconds(const PassWork& work, const EngineRate& rate);

/// All passes, shared by the threads; lines that the outermost cache misses come slower the more threads ask for them.
std::pair<double, std::string> predicted_seconds(const PassWork& work, const EngineRate& rate, uint64_t passes,
                                                 unsigned threads, const Calibration& calibration);

/// The rate of that engine at that panel, or at the nearest calibrated panel, in proportion; none where none is near.
std::optional<EngineRate> rate_at(const Calibration& calibration, const std::string& engine, uint32_t panel);

}  // namespace sparsio
