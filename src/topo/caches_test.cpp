#include "topo/caches.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "topo/replayed_machine_fixture.hpp"

namespace sparsio {
namespace {

using Caches = std::vector<CacheGeometry>;

Machine machine_with(std::vector<CacheLevel> caches) {
  Machine machine;
  for (CacheLevel& cache : caches) judge_cache(cache, VirtualMachine::no);
  machine.threads.push_back({0, "core 0", std::move(caches)});
  return machine;
}

CacheLevel level(int number, uint64_t bytes, uint32_t ways, uint32_t cores) {
  CacheLevel cache;
  cache.level = number;
  cache.bytes = bytes;
  cache.ways = ways;
  cache.shared_by_cores = cores;
  return cache;
}

TEST(Caches, PrivateOnesAreTakenAsTheyAre) {
  EXPECT_EQ(geometries(machine_with({level(1, 48 << 10, 12, 1), level(2, 1 << 20, 16, 1)})),
            (Caches{{"L1", 48 << 10, 64, 12}, {"L2", 1 << 20, 64, 16}}));
}

TEST(Caches, AShareKeepsTheSetsWhereItCan) {
  EXPECT_EQ(geometries(machine_with({level(3, 32 << 20, 16, 8)})), (Caches{{"L3", 4 << 20, 64, 2}}));
  // 11 ways do not divide by 24: the ways stay, the sets shrink.
  EXPECT_EQ(geometries(machine_with({level(3, 33 << 20, 11, 24)})), (Caches{{"L3", (33 << 20) / 24, 64, 11}}));
  // 3 cores: 10922 KiB and a third, rounded down to whole sets.
  EXPECT_EQ(geometries(machine_with({level(2, 16 << 20, 16, 3)})),
            (Caches{{"L2", (16 << 20) / 3 / 1024 * 1024, 64, 16}}));
  EXPECT_EQ(geometries(machine_with({level(3, 8 << 20, 0, 4)})), (Caches{{"L3", 2 << 20, 64, 0}}));
}

TEST(Caches, WhatIsNotBelievedIsLeftOut) {
  const Caches caches = geometries(synthetic_machine(cloud, 2));
  ASSERT_EQ(caches.size(), 2U);
  EXPECT_EQ(caches[0].name, "L1");
  EXPECT_EQ(caches[1].name, "L2");
  EXPECT_EQ(caches[1].bytes, 2U << 20);
  EXPECT_TRUE(geometries(synthetic_machine(bare, 1)).empty());
  EXPECT_TRUE(geometries(Machine{}).empty());
}

TEST(Caches, GivenOnes) {
  EXPECT_EQ(parse_caches("L1=32KiB/8,L2=1MiB/16,X=64KiB/0,Y=640B,Z=8kB/0/32", "test"), (Caches{{"L1", 32 << 10, 64, 8},
                                                                                               {"L2", 1 << 20, 64, 16},
                                                                                               {"X", 64 << 10, 64, 0},
                                                                                               {"Y", 640, 64, 0},
                                                                                               {"Z", 8000, 32, 0}}));
}

TEST(Caches, NoneIsNone) {
  EXPECT_TRUE(parse_caches("none", "test").empty());
}

TEST(Caches, WhatIsNoCacheIsRefused) {
  for (const char* text : {"", "L1", "=32KiB", "L1=", "L1=32KiB/", "L1=32KiB/x", "L1=32KiB/8/", "L1=32KiB/8/48",
                           "L1=32KiB/8/64/1", "L1=0B", "L1=100B/1", "L1=96KiB/9", "L1=64B/2", "L1=32KiB/8,",
                           ",L1=32KiB", "L1=1KiB,L1=2KiB", "L1=32KiB/99999999999", "L1=1KiB/8/0"})
    EXPECT_THROW(parse_caches(text, "test"), BadInput) << text;
}

}  // namespace
}  // namespace sparsio
