// Peaks of the machine, as far as they are true of every machine: rates are positive, on any number of threads; and the
// array that is read is first written, and so placed, by those who read it: the calling thread brings in about its own
// part of the pages and not all.
#include "exec/machine/peak.hpp"

#include <gtest/gtest.h>
#include <omp.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace sparsio {
namespace {

constexpr uint64_t bytes = uint64_t{64} << 20;

/// Who counts pages wants them small.
class SmallPages {
 public:
  SmallPages() { prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); }
  ~SmallPages() { prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0); }
  SmallPages(const SmallPages&) = delete;
  SmallPages& operator=(const SmallPages&) = delete;
};

/// Page faults of the calling thread.
int64_t faults_of_caller(unsigned threads) {
  rusage before{};
  rusage after{};
  getrusage(RUSAGE_THREAD, &before);
  read_peak(threads, bytes, 0.001);
  getrusage(RUSAGE_THREAD, &after);
  return after.ru_minflt - before.ru_minflt;
}

TEST(MachinePeak, RatesArePositive) {
  for (const unsigned threads : {1U, 2U, 3U}) {
    EXPECT_GT(fma_peak(threads, 0.001).per_second, 0);
    const PeakRate read = read_peak(threads, uint64_t{1} << 20, 0.001);
    EXPECT_GT(read.per_second, 0);
    EXPECT_GT(read.per_cpu_second, 0);
  }
}

TEST(MachinePeak, EachThreadPlacesThePartThatItReads) {
  constexpr unsigned threads = 4;
  unsigned granted = 0;
#pragma omp parallel num_threads(threads)
#pragma omp single
  granted = static_cast<unsigned>(omp_get_num_threads());
  if (granted < threads) GTEST_SKIP() << granted << " threads of " << threads;
  const SmallPages small;
  const int64_t alone = faults_of_caller(1);
  if (alone < 1000) GTEST_SKIP() << "pages too large to be counted: " << alone << " faults";
  EXPECT_LT(faults_of_caller(threads), alone / 2);
}

}  // namespace
}  // namespace sparsio
