// Which cores share which caches, of machines in words and as files, whatever this machine and its environment are.
#include "topo/cache_tree.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "topo/drawn_machine_fixture.hpp"

namespace sparsio {
namespace {

constexpr const char* two_l3 = "synthetic:pack:1 l3:2(size=32MiB) l2:4(size=1MiB) l1d:1(size=32KiB) core:1 pu:2";

TEST(CacheTree, OfASyntheticMachine) {
  const CacheTree tree = cache_tree(two_l3, "test");
  EXPECT_EQ(tree.cores, 8U);
  ASSERT_EQ(tree.caches.size(), 8U + 8U + 2U);
  for (uint32_t core = 0; core < 8; ++core) {
    EXPECT_EQ(tree.caches[core], (CoreCache{{"L1", 32U << 10, 64, 0}, core, 1}));
    EXPECT_EQ(tree.caches[8 + core], (CoreCache{{"L2", 1U << 20, 64, 0}, core, 1}));
  }
  EXPECT_EQ(tree.caches[16], (CoreCache{{"L3", 32U << 20, 64, 0}, 0, 4}));
  EXPECT_EQ(tree.caches[17], (CoreCache{{"L3", 32U << 20, 64, 0}, 4, 4}));
}

TEST(CacheTree, OfClustersWithoutL3) {
  const CacheTree tree = cache_tree(std::string("synthetic:") + clusters, "test");
  EXPECT_EQ(tree.cores, 8U);
  EXPECT_EQ(tree.caches.back(), (CoreCache{{"L2", 12U << 20, 64, 0}, 4, 4}));
}

TEST(CacheTree, OfAFileWithWays) {
  const DrawnObject l2 = drawn_cache(2, 1 << 20, 8, {drawn_cache(1, 48 << 10, 12, {drawn_core(1)})});
  const auto path = std::filesystem::temp_directory_path() / ("sparsio_tree_" + std::to_string(getpid()) + ".xml");
  std::ofstream(path) << MachineDrawing().xml({drawn_cache(3, 8 << 20, 16, {l2, l2, l2})});
  const CacheTree tree = cache_tree(path.string(), "test");
  std::filesystem::remove(path);
  EXPECT_EQ(tree.cores, 3U);
  ASSERT_EQ(tree.caches.size(), 7U);
  EXPECT_EQ(tree.caches[2], (CoreCache{{"L1", 48 << 10, 64, 12}, 2, 1}));
  EXPECT_EQ(tree.caches[6], (CoreCache{{"L3", 8 << 20, 64, 16}, 0, 3}));
}

TEST(CacheTree, IsNotThatOfTheEnvironment) {
  setenv("HWLOC_SYNTHETIC", "core:3 pu:1", 1);
  const uint32_t cores = cache_tree(two_l3, "test").cores;
  unsetenv("HWLOC_SYNTHETIC");
  EXPECT_EQ(cores, 8U);
}

TEST(CacheTree, WhatCannotBeReadIsRefused) {
  for (const char* text : {"", "synthetic:", "synthetic:l3:x", "nowhere.xml", "pack:1 core:2 pu:1"}) {
    try {
      cache_tree(text, "--machine");
      ADD_FAILURE() << text;
    } catch (const BadInput& refusal) {
      EXPECT_EQ(std::string(refusal.what()).rfind("--machine: '", 0), 0U) << refusal.what();
    }
  }
}

}  // namespace
}  // namespace sparsio
