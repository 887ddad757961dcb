// slurm_time: a time limit as sbatch reads it.
// Six forms: minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes,
// days-hours:minutes:seconds. Limits are whole minutes: seconds are rounded up. To sbatch 0 is no limit at all, which
// nobody means who writes 00:00, so here it is refused and UNLIMITED says that.
#pragma once

#include <string>

namespace sparsio {

/// Minutes; infinity for UNLIMITED and INFINITE. BadInput at `place`.
double slurm_minutes(const std::string& text, const std::string& place);

}  // namespace sparsio
