// Known kernels against the simulated caches, which know nothing of them: every access is a miss, and every written
// line a write-back, in any geometry. The pass touches what its trace says: callgrind tells, in
// src/cli/calibrate_test.cpp.
#include "count/shared/calibration_kernel.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"
#include "count/cache/cache_simulator.hpp"

namespace sparsio {
namespace {

TEST(CalibrationKernel, EveryAccessMissesInEveryGeometry) {
  for (const CacheGeometry& cache : {CacheGeometry{"direct", 1024, 64, 1},
                                     {"full", 4096, 64, 0},
                                     {"l1", 48 << 10, 64, 12},
                                     {"l2", 1 << 20, 64, 16},
                                     {"odd", 3 * 5 * 64, 64, 5},
                                     {"wide", 8192, 128, 8}}) {
    const uint64_t lines = known_region_lines(cache);
    for (const CalibrationKernel& kernel : calibration_kernels()) {
      const auto simulator = make_cache_simulator(cache);
      trace_known_pass(kernel, lines, cache.line_bytes,
                       [&](std::span<const AccessSpan> spans) { simulator->replay(spans, Outflow::ignored()); });
      simulator->flush(Outflow::ignored());
      const CacheCounts& counts = simulator->counts();
      const uint64_t expected = known_misses(kernel, lines);
      EXPECT_EQ(counts.accesses, expected) << cache.name << " " << kernel.name;
      EXPECT_EQ(counts.read_misses, kernel.access == Access::load ? expected : 0) << cache.name << " " << kernel.name;
      EXPECT_EQ(counts.write_misses, kernel.access == Access::store ? expected : 0) << cache.name << " " << kernel.name;
      EXPECT_EQ(counts.write_backs, counts.write_misses) << cache.name << " " << kernel.name;
    }
  }
}

TEST(CalibrationKernel, AWalkVisitsEachLineOnce) {
  const uint64_t lines = 4096;
  for (const CalibrationKernel& kernel : calibration_kernels()) {
    std::multiset<uint64_t> seen;
    trace_known_pass(kernel, lines, 64, [&](std::span<const AccessSpan> spans) {
      for (const AccessSpan& span : spans) {
        EXPECT_LT(span.address / 64, lines);
        seen.insert(span.address / 64);
      }
    });
    const uint64_t distinct = std::set<uint64_t>(seen.begin(), seen.end()).size();
    EXPECT_EQ(seen.size(), 2 * distinct) << kernel.name;
    EXPECT_EQ(distinct, kernel.sequence == CalibrationKernel::Sequence::strided ? lines / 2 : lines) << kernel.name;
    known_pass(kernel, lines, 64)();
  }
}

TEST(CalibrationKernel, AWrongNameIsRefused) {
  EXPECT_EQ(find_known_kernel("gather_read", "test").name, "gather_read");
  EXPECT_THROW(find_known_kernel("gather", "test"), BadInput);
}

}  // namespace
}  // namespace sparsio
