// Who is taken for dead, on a clock of our own.
#include "mpi/mpi/heartbeat.hpp"

#include <gtest/gtest.h>

namespace sparsio {
namespace {

const Peers::Time start{};

Peers::Time at(int seconds) {
  return start + std::chrono::seconds(seconds);
}

/// The peers of `rank` among four, who are given 30 s, this rank awake every second up to `seconds`.
Peers awake_until(int rank, int seconds) {
  Peers peers(rank, 4, Peers::Seconds(30), start);
  for (int now = 1; now <= seconds; ++now) peers.wake(at(now));
  return peers;
}

TEST(Peers, AreAllOthersOfTheFirstAndTheFirstOfAllOthers) {
  EXPECT_EQ(awake_until(0, 0).first(), 1);
  EXPECT_EQ(awake_until(0, 0).last(), 3);
  EXPECT_EQ(awake_until(2, 0).first(), 0);
  EXPECT_EQ(awake_until(2, 0).last(), 0);
}

TEST(Peers, WhoIsSilentForTooLongIsDead) {
  Peers peers = awake_until(0, 20);
  peers.hear(1, at(20));
  peers.hear(3, at(20));
  EXPECT_EQ(peers.dead(at(29)), -1);
  EXPECT_EQ(peers.dead(at(30)), 2);
  EXPECT_EQ(awake_until(3, 30).dead(at(30)), 0);
}

TEST(Peers, WhoTookLeaveMayBeSilent) {
  Peers peers = awake_until(0, 30);
  for (const int peer : {1, 2, 3}) {
    EXPECT_EQ(peers.dead(at(30)), peer);
    EXPECT_FALSE(peers.have_all_left());
    peers.take_leave_of(peer);
  }
  EXPECT_EQ(peers.dead(at(30)), -1);
  EXPECT_TRUE(peers.have_all_left());
}

TEST(Peers, WhoWasStoppedItselfForgivesAll) {
  Peers peers = awake_until(0, 5);
  peers.wake(at(100));
  EXPECT_EQ(peers.dead(at(129)), -1);
  EXPECT_EQ(peers.dead(at(130)), 1);
}

}  // namespace
}  // namespace sparsio
