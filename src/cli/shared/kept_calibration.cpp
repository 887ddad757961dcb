#include "cli/shared/kept_calibration.hpp"

#include <ostream>
#include <vector>

#include "cli/command.hpp"
#include "predict/plausible.hpp"

namespace sparsio {

int keep_calibration(const Calibration& calibration, const std::string& path, Doubtful doubtful, std::ostream& talk) {
  const std::vector<std::string> against = doubts(calibration);
  for (const std::string& doubt : against) talk << "doubtful: " << doubt << '\n';
  if (path.empty()) {
    talk << "not kept: " << calibration.source << " does not count on this machine's caches; --out FILE keeps it\n";
    return exit_ok;
  }
  if (!against.empty() && doubtful == Doubtful::is_dropped) {
    talk << "not kept: doubtful; measure again, or give --keep-doubtful\n";
    return exit_not_ok;
  }
  write_calibration(calibration, path);
  talk << "kept in " << path << '\n';
  return exit_ok;
}

}  // namespace sparsio
