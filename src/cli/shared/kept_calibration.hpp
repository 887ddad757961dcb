// kept_calibration: what becomes of a calibration that was made: kept, or not, and why is said.
#pragma once

#include <iosfwd>
#include <string>

#include "predict/calibration.hpp"

namespace sparsio {

enum class Doubtful { is_dropped, is_kept };

/// Says every doubt (predict/plausible.hpp), writes the calibration to `path` unless that is empty or doubts are to
/// drop it, and says which. The exit code.
int keep_calibration(const Calibration& calibration, const std::string& path, Doubtful doubtful, std::ostream& talk);

}  // namespace sparsio
