// The samples of a case: one of all workers together a repetition, and beside it one of each worker where there are
// several. It asserts that they say whose they are, that earlier rounds count once, and that files in which a thread
// was always 0 read as before.
#include "run/case_times.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace sparsio {
namespace {

using Told = std::vector<std::tuple<int64_t, int64_t, int64_t, double>>;  // repetition, rank, thread, seconds

Told told(const std::vector<Sample>& samples) {
  Told list;
  for (const Sample& one : samples) list.emplace_back(one.repetition, one.rank, one.thread, one.seconds);
  return list;
}

Execution execution_of(const std::vector<WorkerTime>& workers) {
  Execution execution;
  execution.seconds = {4, 5};
  execution.began = {0, 1};
  if (!workers.empty()) execution.workers = {workers, workers};
  return execution;
}

std::vector<Sample> kept(const std::vector<WorkerTime>& workers) {
  std::vector<Sample> samples;
  keep_samples("run", {}, execution_of(workers), samples);
  return samples;
}

TEST(CaseTimes, OneWorkerIsTheWhole) {
  EXPECT_EQ(told(kept({})), (Told{{0, 0, 0, 4}, {1, 0, 0, 5}}));
}

TEST(CaseTimes, ThreadsStandBesideTheWhole) {
  const std::vector<Sample> samples = kept({{{0, 1}, 2}, {{0, 0}, 3}});
  EXPECT_EQ(told(samples),
            (Told{{0, 0, -1, 4}, {0, 0, 0, 3}, {0, 0, 1, 2}, {1, 0, -1, 5}, {1, 0, 0, 3}, {1, 0, 1, 2}}));
  EXPECT_EQ(told(whole_samples(samples)), (Told{{0, 0, -1, 4}, {1, 0, -1, 5}}));
}

TEST(CaseTimes, RanksStandBesideTheWholeAndThreadsBesideTheirRank) {
  const std::vector<Sample> ranks = kept({{{0, Worker::all}, 3}, {{1, Worker::all}, 2}});
  EXPECT_EQ(told(whole_samples(ranks)), (Told{{0, -1, 0, 4}, {1, -1, 0, 5}}));
  EXPECT_EQ(told(rank_samples(ranks)), (Told{{0, 0, 0, 3}, {0, 1, 0, 2}, {1, 0, 0, 3}, {1, 1, 0, 2}}));
  const std::vector<Sample> threads = kept({{{0, 1}, 2.5}, {{0, Worker::all}, 3}, {{1, Worker::all}, 2}, {{1, 0}, 1}});
  EXPECT_EQ(told({threads.begin(), threads.begin() + 5}),
            (Told{{0, -1, -1, 4}, {0, 0, -1, 3}, {0, 0, 1, 2.5}, {0, 1, -1, 2}, {0, 1, 0, 1}}));
  EXPECT_EQ(told(whole_samples(threads)), (Told{{0, -1, -1, 4}, {1, -1, -1, 5}}));
  EXPECT_EQ(told(rank_samples(threads)), (Told{{0, 0, -1, 3}, {0, 1, -1, 2}, {1, 0, -1, 3}, {1, 1, -1, 2}}));
}

TEST(CaseTimes, EarlierRoundsCountOnce) {
  for (const std::vector<WorkerTime>& workers :
       {std::vector<WorkerTime>{}, {{{0, 0}, 3}, {{0, 1}, 2}}, {{{0, Worker::all}, 3}, {{1, Worker::all}, 2}}}) {
    EarlierRounds earlier;
    earlier.rounds = 1;
    earlier.samples = kept(workers);
    std::vector<Sample> samples;
    EXPECT_EQ(keep_samples("run", earlier, execution_of(workers), samples).seconds, (std::vector<double>{4, 5, 4, 5}));
    EXPECT_EQ(samples.front().repetition, 2);
  }
}

}  // namespace
}  // namespace sparsio
