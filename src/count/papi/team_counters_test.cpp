// Counters of a team, tried with what every system counts: page faults of threads that touch new pages. Claims:
// each thread has its own numbers, they are of the region between start and stop alone, and an error on one thread
// comes out on the caller's.
#include "count/papi/team_counters.hpp"

#include <gtest/gtest.h>
#include <omp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>

#include "count/papi/thread_usage.hpp"

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

TEST(TeamCounters, EveryThreadCountsItsOwnPageFaults) {
  constexpr int threads = 3;
  TeamCounters team(threads, make_thread_usage);
  for (const size_t scale : {100, 10}) {  // a second time, from zero
    team.start();
#pragma omp parallel num_threads(threads)
    touch_pages((static_cast<size_t>(omp_get_thread_num()) + 1) * scale);
    const std::vector<std::vector<double>> counts = team.stop();
    ASSERT_EQ(counts.size(), 3U);
    for (size_t t = 0; t < counts.size(); ++t) {
      const auto touched = static_cast<double>((t + 1) * scale);
      EXPECT_GE(counts[t][0], touched) << t;
      EXPECT_LT(counts[t][0], faults_a_page * touched + 60) << t;  // stacks, the allocator
      EXPECT_GE(counts[t][1], 0) << t;
    }
  }
}

TEST(TeamCounters, ProcessorTimeIsCounted) {
  TeamCounters team(2, make_thread_usage);
  team.start();
#pragma omp parallel num_threads(2)
  if (omp_get_thread_num() == 1) {
    volatile double x = 1;
    for (int k = 0; k < 20'000'000; ++k) x = x * 1.0000001;
  }
  const auto counts = team.stop();
  EXPECT_GT(counts[1][2], 0.001);
  EXPECT_LT(counts[1][2], 100);
}

TEST(TeamCounters, AnErrorOnOneThreadComesOut) {
  const auto make = []() -> std::unique_ptr<ThreadCounters> {
    if (omp_get_thread_num() == 2) throw std::runtime_error("no counter for thread 2");
    return make_thread_usage();
  };
  EXPECT_THROW(TeamCounters(3, make), std::runtime_error);
}

}  // namespace
}  // namespace sparsio
