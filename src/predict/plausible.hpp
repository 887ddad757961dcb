// plausible: can this calibration be believed?
// What `choose` predicts is no better than the peaks and rates that were measured here, and a measurement that
// something disturbed looks like any other number. Three things give it away: two threads that do less than one, costs
// that do not even explain the times that they were fitted to, and other programs that used the processors meanwhile.
#pragma once

#include <string>
#include <vector>

#include "predict/calibration.hpp"

namespace sparsio {

/// All threads together may fall short of one by so much, which is noise where both meet the same limit.
constexpr double least_gain = 0.95;
/// Relative, of the times of the calibration networks as predicted by the costs fitted to them.
constexpr double greatest_fit_error = 0.3;
/// Processors that others may keep busy: a quarter of one, of many processors a twentieth.
constexpr double idle_load = 0.25;
constexpr double idle_part = 0.05;
/// Part of the wall's time that the measuring thread may have lost.
constexpr double greatest_loss = 0.1;

/// What speaks against it, a line each; nothing: it is plausible. What was not measured speaks against nothing.
std::vector<std::string> doubts(const Calibration& calibration);

}  // namespace sparsio
