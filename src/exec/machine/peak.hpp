// peak: what the machine can do at most, measured where an engine's rate is to be compared with it.
// Three small kernels on a team of threads: fused multiply-adds in registers, reading a large array once (memory
// bandwidth), and reading an array that fits in the caches. Each gives rates by wall time, which an engine's are set
// against, and by processor time, which other programs on the machine disturb less. A peak is the best of several short
// windows: what disturbs a window makes it lower, never higher.
#pragma once

#include <cstdint>

namespace sparsio {

struct PeakRate {
  double per_second = 0;      // of all threads together
  double per_cpu_second = 0;  // of one processor: amount / processor time of the process
};

/// The higher of each rate.
PeakRate better_of(const PeakRate& a, const PeakRate& b);

/// Fused multiply-adds of floats, counted lane by lane: a connection is one. The best of windows of 10 ms.
PeakRate fma_peak(unsigned threads, double seconds);

/// Bytes read from `bytes` bytes, each thread its own part again and again. The best of windows of 20 ms.
PeakRate read_peak(unsigned threads, uint64_t bytes, double seconds);

}  // namespace sparsio
