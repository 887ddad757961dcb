// What every system counts: page faults of threads that touch new pages. Claims: each thread has its own numbers, and
// they are of the region between start and stop alone.
#include "count/papi/thread_usage.hpp"

#include <gtest/gtest.h>
#include <omp.h>
#include <sys/mman.h>
#include <unistd.h>

namespace sparsio {
namespace {

// The thread sanitizer (clang's, as our build has it) keeps shadow pages beside each page; their faults are the
// thread's too.
#if defined(__clang__) && defined(__has_feature)
constexpr double faults_a_page = __has_feature(thread_sanitizer) ? 5 : 1;
#else
constexpr double faults_a_page = 1;
#endif

/// Writes into as many new pages; nothing is shared with the allocator, and no page is a large one.
void touch_pages(size_t pages) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* const memory = mmap(nullptr, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  madvise(memory, pages * page, MADV_NOHUGEPAGE);
  for (size_t k = 0; k < pages; ++k) static_cast<volatile char*>(memory)[k * page] = 1;
  munmap(memory, pages * page);
}

TEST(ThreadUsage, EveryThreadCountsItsOwnPageFaults) {
  constexpr size_t threads = 3;
  for (const size_t scale : {100, 10}) {
    std::vector<std::vector<double>> counts(threads);
#pragma omp parallel num_threads(threads)
    {
      const auto thread = static_cast<size_t>(omp_get_thread_num());
      const auto usage = make_thread_usage();
      touch_pages(1000);  // not counted
      usage->start();
      touch_pages((thread + 1) * scale);
      counts[thread] = usage->stop();
    }
    for (size_t t = 0; t < counts.size(); ++t) {
      ASSERT_EQ(counts[t].size(), thread_usage_names().size());
      const auto touched = static_cast<double>((t + 1) * scale);
      EXPECT_GE(counts[t][0], touched) << t;
      EXPECT_LT(counts[t][0], faults_a_page * touched + 60) << t;  // stacks, the allocator
      EXPECT_GE(counts[t][1], 0) << t;
    }
  }
}

TEST(ThreadUsage, ProcessorTimeIsCounted) {
  const auto usage = make_thread_usage();
  usage->start();
  volatile double x = 1;
  for (int k = 0; k < 20'000'000; ++k) x = x * 1.0000001;
  const double seconds = usage->stop()[2];
  EXPECT_GT(seconds, 0.001);
  EXPECT_LT(seconds, 100);
}

}  // namespace
}  // namespace sparsio
