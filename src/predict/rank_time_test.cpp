// Against sums done by hand.
#include "predict/rank_time.hpp"

#include <gtest/gtest.h>

namespace sparsio {
namespace {

TEST(RankTime, AddsEachLayersSlowestRank) {
  const MessageTime message = stated_message_time(2e-6, 4e9);  // 1 ns a word
  const std::vector<std::vector<WorkerLoad>> loads = {{{50, 1, 40, 1, 3000}, {100, 1, 50, 1, 1000}},
                                                      {{0, 0, 7000, 3, 500}, {7000, 3, 0, 0, 500}}};
  const RankTime time = rank_time(loads, message, 1e-9, 10);
  EXPECT_NEAR(time.exchange, (2e-6 + 1000e-9) + (6e-6 + 70000e-9), 1e-12);
  EXPECT_NEAR(time.latency, 8e-6, 1e-12);
  EXPECT_NEAR(time.work, (30000 + 5000) * 1e-9, 1e-12);
  EXPECT_NEAR(time.overlapped, 30000e-9 + 76e-6, 1e-12);
  EXPECT_NEAR(time.total(), time.exchange + time.work, 1e-12);
}

TEST(RankTime, TakesTheRegimeOfTheMeanMessage) {
  MessageTime message;
  message.eager = {1e-6, 0};
  message.rendezvous = {9e-6, 0};
  message.change_words = 100;
  const std::vector<std::vector<WorkerLoad>> loads = {{{60, 2, 0, 0, 0}}};  // 30 words a message and input
  EXPECT_NEAR(rank_time(loads, message, 0, 3).exchange, 2e-6, 1e-15);
  EXPECT_NEAR(rank_time(loads, message, 0, 4).exchange, 18e-6, 1e-15);
}

TEST(RankTime, NothingIsSentInNoTime) {
  EXPECT_EQ(rank_time({{{0, 0, 0, 0, 8}}}, stated_message_time(1, 1), 1, 1).exchange, 0);
}

}  // namespace
}  // namespace sparsio
