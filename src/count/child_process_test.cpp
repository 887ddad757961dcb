// How a child ends, and what does not end it.
#include "count/child_process.hpp"

#include <gtest/gtest.h>

#include "net/plan.hpp"

namespace sparsio {
namespace {

ChildResult shell(const std::string& line) {
  return run_child({"/bin/sh", "-c", line}, {"SAID=7"}, "/dev/null", Deadline(60));
}

TEST(ChildProcess, EndsAsItSays) {
  const ChildResult left = shell("exit $SAID");
  EXPECT_EQ(left.end, ChildEnd::exited);
  EXPECT_EQ(left.code, 7);
  const ChildResult killed = shell("kill -KILL $$");
  EXPECT_EQ(killed.end, ChildEnd::signalled);
  EXPECT_EQ(killed.code, 9);
  EXPECT_EQ(run_child({"/no/such/program"}, {}, "/dev/null", Deadline(60)).end, ChildEnd::not_started);
}

TEST(ChildProcess, OutlivesWhatEndsASweepAfterTheCaseInFlight) {
  const ChildResult left = shell("kill -INT $$; kill -TERM $$; kill -USR1 $$; exit 3");
  EXPECT_EQ(left.end, ChildEnd::exited);
  EXPECT_EQ(left.code, 3);
}

}  // namespace
}  // namespace sparsio
