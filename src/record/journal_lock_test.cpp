// Opening a journal while somebody looks whether it is being written, which takes the lock for a moment.
// The moment is made to last by a lock of our own, and to end as soon as the journal has met it: this file's flock
// stands before the C library's in this program, and lets the looker go at the first refusal. So no test waits.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "record/journal.hpp"
#include "record/record_fixture.hpp"

namespace {
int looker = -1;  // holds a shared lock, as is_being_written does
int refusals = 0;
}  // namespace

extern "C" int flock(int descriptor, int operation) noexcept {
  const auto answer = static_cast<int>(syscall(SYS_flock, descriptor, operation));
  const int reason = errno;
  if (answer != 0 && looker >= 0) {
    ++refusals;
    close(looker);
    looker = -1;
  }
  errno = reason;
  return answer;
}

namespace sparsio {
namespace {

using JournalLock = RecordFolder;

TEST_F(JournalLock, ALookIsNotTakenForAWriter) {
  { const Journal journal(path("j")); }
  looker = open(path("j").c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(looker, 0);
  if (flock(looker, LOCK_SH | LOCK_NB) != 0) GTEST_SKIP() << "no locks on this file system";
  EXPECT_FALSE(is_being_written(path("j"))) << "lookers do not take each other for writers either";
  EXPECT_EQ(refusal([&] { Journal(path("j")).started("a", "a.toml:1"); }), "");
  EXPECT_EQ(refusals, 1);
}

}  // namespace
}  // namespace sparsio
