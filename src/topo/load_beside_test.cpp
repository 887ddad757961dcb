// load_beside: /proc/stat read right, and a neighbour on the one processor that the program may use is seen, in what
// others used where the system counts that, and in what the measuring thread lost.
#include "topo/load_beside.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>  // kill
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cmath>

namespace sparsio {
namespace {

constexpr std::string_view stat =
    "cpu  33 3 3 300 30 3 3 3 0 0\n"
    "cpu0 10 1 1 100 10 1 1 1 7 7\n"
    "cpu1 20 2 2 200 20 2 2 2 0 0\n"
    "cpu10 5 0 0 0 0 0 0 0 0 0\n"
    "intr 1 2 3\n";

TEST(LoadBeside, CountsWhatIsNotIdleOnTheProcessorsAskedFor) {
  EXPECT_EQ(busy_ticks(stat, {0}), 15);
  EXPECT_EQ(busy_ticks(stat, {1}), 30);
  EXPECT_EQ(busy_ticks(stat, {0, 10}), 20);
  EXPECT_EQ(busy_ticks("cpu0 4 3 2 1\n", {0}), 9);  // of an old kernel
}

TEST(LoadBeside, WhatTheSystemDoesNotCountIsUnknown) {
  EXPECT_TRUE(std::isnan(busy_ticks(stat, {0, 2})));
  EXPECT_TRUE(std::isnan(busy_ticks("", {0})));
  EXPECT_TRUE(std::isnan(busy_ticks("cpu0 0 0 0 0 0 0 0 0 0 0\n", {0})));
}

/// Spins on this thread until it has had so much processor time.
void spin(double seconds) {
  const auto had = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  for (const double end = had() + seconds; had() < end;) {
  }
}

TEST(LoadBeside, ANeighbourIsSeen) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int k = 0; k < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++k)
    if (CPU_ISSET(k, &before)) CPU_SET(k, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  const pid_t neighbour = fork();
  if (neighbour == 0)
    for (std::atomic<int> k = 0;; ++k) {
    }
  const LoadWatch watch;
  spin(0.2);
  const Load seen = watch.seen();
  kill(neighbour, SIGKILL);
  waitpid(neighbour, nullptr, 0);
  sched_setaffinity(0, sizeof before, &before);
  EXPECT_EQ(seen.processors, 1);
  EXPECT_GT(seen.lost, 0.2);
  if (!std::isnan(seen.others)) {
    EXPECT_GT(seen.others, 0.2);
  }
}

}  // namespace
}  // namespace sparsio
