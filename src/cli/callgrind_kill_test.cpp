// needs: valgrind
// A sweep that is killed, or told twice to end, while its case is under valgrind: valgrind ends too, nothing is left in
// the temporary folder, and the same command goes on.
#include <gtest/gtest.h>

#include "base/child_process.hpp"
#include "cli/program_fixture.hpp"

namespace sparsio {
namespace {

/// One "R", "S", ... as the system knows it; 'X' for a process that is no more, or only waits to be counted out.
char state_of(pid_t process) {
  const std::string text = text_of("/proc/" + std::to_string(process) + "/stat");
  const size_t name_ends = text.rfind(')');
  if (name_ends == std::string::npos) return 'X';
  return text.at(name_ends + 2) == 'Z' ? 'X' : text[name_ends + 2];
}

/// The process that `parent` waits for, once there is one; 0 if the parent ends before.
pid_t child_of(pid_t parent) {
  const std::string id = std::to_string(parent);
  while (state_of(parent) != 'X') {
    const std::string children = text_of("/proc/" + id + "/task/" + id + "/children");
    if (!children.empty()) return std::stoi(children);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return 0;
}

/// However slow the machine is.
bool ends(pid_t process) {
  for (int tries = 0; tries < 30000; ++tries) {
    if (state_of(process) == 'X') return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

class CallgrindKill : public testing::Test {
 protected:
  void SetUp() override {
    if (find_program("valgrind").empty()) GTEST_SKIP() << "there is no valgrind on PATH";
    std::filesystem::create_directories(scratch_);
    setenv("TMPDIR", scratch_.c_str(), 1);
  }
  void TearDown() override { unsetenv("TMPDIR"); }

  /// Starts a pass that takes valgrind long and waits until valgrind is there.
  void start() {
    const std::string config = folder_.put("long.toml",
                                           "network = 'mlp:widths=700x5,density=0.5'\ninputs = 'images:count=48'\n"
                                           "engine = 'connection_list'\ncaches = 'L1=32KiB/8'\nmeter = 'callgrind'\n"
                                           "memory = 100\nverify = 1\nrepetitions = 1\nthreads = 1\n");
    sweep_ = start_program({"run", config, "--out", folder_ / "long.h5"}, folder_ / "out", folder_ / "err");
    valgrind_ = child_of(sweep_);
    ASSERT_NE(valgrind_, 0) << text_of(folder_ / "err");
  }

  void expect_nothing_left() {
    EXPECT_TRUE(ends(valgrind_)) << "valgrind lives on";
    EXPECT_TRUE(std::filesystem::is_empty(scratch_)) << std::filesystem::directory_iterator(scratch_)->path();
    EXPECT_TRUE(std::filesystem::exists(folder_ / "long.h5.journal")) << "the same command goes on from it";
  }

  TestFolder folder_;
  std::string scratch_ = folder_ / "tmp";
  pid_t sweep_ = 0;
  pid_t valgrind_ = 0;
};

TEST_F(CallgrindKill, LeavesNeitherValgrindNorFiles) {
  start();
  kill(sweep_, SIGKILL);
  EXPECT_EQ(wait_for(sweep_), -SIGKILL);
  expect_nothing_left();
}

TEST_F(CallgrindKill, SoDoesASecondInterrupt) {
  start();
  kill(sweep_, SIGINT);
  while (text_of(folder_ / "err").find("once more to drop it") == std::string::npos && state_of(sweep_) != 'X')
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_NE(state_of(valgrind_), 'X') << "the first ends the sweep after the case in flight";
  kill(sweep_, SIGINT);
  EXPECT_EQ(wait_for(sweep_), -SIGINT);
  expect_nothing_left();
}

}  // namespace
}  // namespace sparsio
