#include "count/meter.hpp"

namespace sparsio {

Counts unavailable(std::string source, const MeterRequest& request, const std::string& reason) {
  Counts counts{std::move(source), "unavailable: " + reason, {}};
  for (const CacheGeometry& geometry : request.levels) {
    LevelCount level;
    level.name = geometry.name;
    counts.levels.push_back(level);
  }
  return counts;
}

}  // namespace sparsio
