// needs: valgrind
// callgrind: what it refuses, and how it says what went wrong. That its numbers agree with `simulated` is tested with
// the whole program, in src/cli/one_pass_test.cpp.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "base/child_process.hpp"
#include "base/spec.hpp"
#include "count/meter.hpp"

namespace sparsio {
namespace {

Counts measure(const MeterRequest& request) {
  const auto meter = resolve<MeterKind>("callgrind", "test");
  return meter.kind().measure(request, meter.params);
}

MeterRequest request_for(std::vector<CacheGeometry> levels, std::vector<std::string> command) {
  MeterRequest request;
  request.levels = std::move(levels);
  request.command = std::move(command);
  return request;
}

const CacheGeometry small{"L1", 32768, 64, 8};
constexpr const char* no_valgrind = "there is no valgrind on PATH";

TEST(Callgrind, WithoutValgrindItIsUnavailable) {
  const std::string before = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  const Counts counts = measure(request_for({small}, {"/bin/true"}));
  setenv("PATH", before.c_str(), 1);
  EXPECT_EQ(counts.status, "unavailable: there is no valgrind on PATH; install valgrind");
  ASSERT_EQ(counts.levels.size(), 1U);
  EXPECT_TRUE(std::isnan(counts.levels[0].misses));
}

TEST(Callgrind, WithoutAProgramOrACacheItIsUnavailable) {
  if (find_program("valgrind").empty()) GTEST_SKIP() << no_valgrind;
  EXPECT_NE(measure(request_for({small}, {})).status.find("unavailable: only the program"), std::string::npos);
  EXPECT_EQ(measure(request_for({}, {"/bin/true"})).status, "unavailable: no cache is known or given");
}

TEST(Callgrind, SaysWhichCachesItCannotBe) {
  if (find_program("valgrind").empty()) GTEST_SKIP() << no_valgrind;
  const Counts counts = measure(
      request_for({{"wide", 512 << 10, 64, 0}, {"odd", 3 * 64 * 8, 64, 8}, {"words", 256, 4, 0}}, {"/bin/true"}));
  EXPECT_EQ(
      counts.status,
      "unavailable: wide: 8192 ways take callgrind too long; up to 4096 (256 KiB fully associative); odd: 3 sets; "
      "callgrind needs a power of two; words: lines of 4 bytes; callgrind has 32 or more");
  for (const LevelCount& level : counts.levels) EXPECT_TRUE(std::isnan(level.misses)) << level.name;
}

TEST(Callgrind, SaysHowThePassFailed) {
  if (find_program("valgrind").empty()) GTEST_SKIP() << no_valgrind;
  EXPECT_NE(measure(request_for({small}, {"/bin/false"})).status.find("failed under valgrind with exit code 1"),
            std::string::npos);
  EXPECT_NE(measure(request_for({small}, {"/bin/sh", "-c", "kill -ILL $$"})).status.find("died under valgrind"),
            std::string::npos);
  EXPECT_NE(measure(request_for({small}, {"/bin/true"})).status.find("callgrind wrote no counts"), std::string::npos);
}

TEST(Callgrind, EndsAtTheDeadline) {
  if (find_program("valgrind").empty()) GTEST_SKIP() << no_valgrind;
  MeterRequest request = request_for({small}, {"/bin/sh", "-c", "while :; do :; done"});
  request.deadline = Deadline(0.3);
  EXPECT_NE(measure(request).status.find("did not finish within the case's time limit"), std::string::npos);
}

}  // namespace
}  // namespace sparsio
