#include "topo/memory_choice.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "topo/replayed_machine_fixture.hpp"

namespace sparsio {
namespace {

struct Expected {
  const char* topology;
  const char* text;
  uint64_t panel;
  uint64_t bytes;
  const char* source;
  const char* warning;  // words of the only one; null: none
};

constexpr uint64_t kib = 1024;
constexpr uint64_t mib = 1024 * kib;

const Expected expectations[] = {
    {desktop, "100", 8, 3200, "given:values", nullptr},
    {desktop, "3", 1, 12, "given:values", nullptr},
    {desktop, "2MiB", 1, 2 * mib, "given:bytes", nullptr},
    {desktop, "1MB", 1, 1000000, "given:bytes", nullptr},
    {desktop, "L1", 1, 32 * kib, "synthetic:L1", nullptr},
    {desktop, "L2", 32, mib, "synthetic:L2", nullptr},
    {desktop, "L2/2", 1, mib / 2, "synthetic:L2/2", nullptr},
    {desktop, "L3", 1, 4 * mib, "synthetic:L3", nullptr},
    {desktop, "L3!", 1, 4 * mib, "synthetic:L3", nullptr},
    {desktop, "L4", 1, mib, "fallback", "shows no L4"},
    {two_sockets, "L2", 1, 2 * mib, "synthetic:L2", nullptr},
    {two_sockets, "L3", 1, 4 * mib, "synthetic:L3", nullptr},
    {cloud, "L2", 1, 2 * mib, "synthetic:L2", nullptr},
    {cloud, "L3", 1, 2 * mib, "synthetic:L2 (L3 refused: 240 MiB a core)", "L3 is refused (240 MiB a core)"},
    {cloud, "L3/2", 1, mib, "synthetic:L2/2 (L3 refused: 240 MiB a core)", "L3 is refused"},
    {cloud, "L3!", 1, 240 * mib, "synthetic:L3 (asked for)", "hardly believable: 240 MiB a core"},
    {cloud, "L3!/4", 1, 60 * mib, "synthetic:L3/4 (asked for)", "hardly believable"},
    {clusters, "L2", 1, 3 * mib, "synthetic:L2", nullptr},
    {clusters, "L3", 1, mib, "fallback", "shows no L3"},
    {bare, "L2", 1, mib, "fallback", "shows no L2"},
    {bare, "L2/2", 1, mib / 2, "fallback", "shows no L2"},
};

TEST(MemoryChoice, SizesSourcesAndWarnings) {
  for (const Expected& expected : expectations) {
    const Machine machine = synthetic_machine(expected.topology, 1);
    const MemoryChoice choice = choose_memory(expected.text, expected.panel, machine, "test");
    EXPECT_EQ(choice.bytes, expected.bytes) << expected.topology << " " << expected.text;
    EXPECT_EQ(choice.values, expected.bytes / (4 * expected.panel)) << expected.topology << " " << expected.text;
    EXPECT_EQ(choice.source, expected.source) << expected.topology << " " << expected.text;
    ASSERT_EQ(choice.warnings.size(), expected.warning == nullptr ? 0U : 1U)
        << expected.topology << " " << expected.text;
    if (expected.warning != nullptr) {
      EXPECT_NE(choice.warnings[0].find(expected.warning), std::string::npos) << choice.warnings[0];
    }
  }
}

Machine virtual_machine_without_second_level() {
  Machine machine;
  machine.source = "hwloc";
  CacheLevel first{1, 48 * kib, 64, 12, 1, 1, 0, Trust::trusted, ""};
  CacheLevel third{3, 32 * mib, 64, 16, 2, 1, 0, Trust::trusted, ""};
  judge_cache(first, VirtualMachine::yes);
  judge_cache(third, VirtualMachine::yes);
  machine.threads.push_back({0, "core 0", {first, third}});
  return machine;
}

TEST(MemoryChoice, ARefusedLevelWithoutAnL2FallsBack) {
  const MemoryChoice choice = choose_memory("L3", 1, virtual_machine_without_second_level(), "test");
  EXPECT_EQ(choice.bytes, mib);
  EXPECT_EQ(choice.source, "fallback (L3 refused: 16 MiB a core in a virtual machine)");
  EXPECT_EQ(choice.warnings.size(), 2U);
}

TEST(MemoryChoice, ThreadsWithDifferentCachesAreWarnedAbout) {
  Machine machine = virtual_machine_without_second_level();
  ThreadPlace other = machine.threads[0];
  other.thread = 1;
  other.caches[0].share_bytes /= 2;
  machine.threads.push_back(other);
  const MemoryChoice choice = choose_memory("L1", 1, machine, "test");
  EXPECT_EQ(choice.source, "hwloc:L1");
  ASSERT_EQ(choice.warnings.size(), 1U);
  EXPECT_EQ(choice.warnings[0],
            "threads have different L1: thread 0 has 48 KiB, thread 1 has 24 KiB; thread 0's is taken");
}

TEST(MemoryChoice, WhatMeansNothingIsRefusedByTheCheckerToo) {
  for (const char* text : {"",      "L",    "L0",  "L5",   "L22", "L2/",  "L2/0",
                           "L2/-1", "L2/x", "L2x", "L2!!", "l2",  "2",    "0",
                           "-5",    "1e3",  "2.5", "11B",  "2KB", "lots", "99999999999999999999",
                           " 100"}) {
    EXPECT_THROW(check_memory_text(text, "test"), BadInput) << text;
    EXPECT_THROW(choose_memory(text, 1, virtual_machine_without_second_level(), "test"), BadInput) << text;
  }
  for (const Expected& expected : expectations) EXPECT_NO_THROW(check_memory_text(expected.text, "test"));
}

TEST(MemoryChoice, TooLittleForThePanelIsRefused) {
  const Machine machine = virtual_machine_without_second_level();
  EXPECT_EQ(choose_memory("48KiB", 4096, machine, "test").values, 3U);
  EXPECT_THROW(choose_memory("48KiB", 4097, machine, "test"), BadInput);
  EXPECT_THROW(choose_memory("L1/2", 4096, machine, "test"), BadInput);
  EXPECT_THROW(choose_memory("100", 0, machine, "test"), BadInput);
  EXPECT_THROW(choose_memory("18446744073709551615", 1, machine, "test"), BadInput);
}

TEST(MemoryChoice, MessagesNamePlaceAndRemedy) {
  try {
    check_memory_text("2", "fig5.toml:9:1");
    FAIL();
  } catch (const BadInput& error) {
    EXPECT_STREQ(error.what(),
                 "fig5.toml:9:1: a memory of 2 values is too small; a step needs a source, a target and a weight: give "
                 "at least 3 values");
  }
}

}  // namespace
}  // namespace sparsio
