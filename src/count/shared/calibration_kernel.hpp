// calibration_kernel: passes over memory of which every cache's misses are known without looking.
// A region of at least four times the cache is walked twice in the same sequence, each line once a walk. Whoever evicts
// the least recently used line has none left when the walk comes round again, in every set: each access is a miss. So
// misses = 2 x lines, and where the lines are written, as many write-backs, those still dirty at the end included.
// Three sequences, because prefetchers and real replacement tell them apart: every line in turn, every other line, and
// all lines scattered (a bijection of the line numbers, computed, so that no index table is read).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "count/meter.hpp"

namespace sparsio {

struct CalibrationKernel {
  enum class Sequence { stream, strided, gather };
  std::string name;  // "stream_read"
  Sequence sequence;
  Access access;
};

/// Each sequence, read and written.
const std::vector<CalibrationKernel>& calibration_kernels();

/// BadInput at `place` if there is none of that name.
const CalibrationKernel& find_known_kernel(const std::string& name, const std::string& place);

/// Lines of the region for a cache of this geometry: a power of two, at least eight (strided: four) times the cache.
uint64_t known_region_lines(const CacheGeometry& cache);

/// Accesses of a pass, every one a miss.
uint64_t known_misses(const CalibrationKernel& kernel, uint64_t region_lines);

/// The pass itself, on memory of its own; `line_bytes` apart.
Pass known_pass(const CalibrationKernel& kernel, uint64_t region_lines, uint32_t line_bytes);

/// Its accesses, at synthetic addresses.
void trace_known_pass(const CalibrationKernel& kernel, uint64_t region_lines, uint32_t line_bytes,
                      const TraceSink& sink);

}  // namespace sparsio
