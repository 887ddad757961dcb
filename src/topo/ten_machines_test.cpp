// Ten kinds of machine, and the fast memory each would get: as `memory = L2` (the default), and as L3.
#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>

#include "topo/caches.hpp"
#include "topo/drawn_machine_fixture.hpp"
#include "topo/memory_choice.hpp"

namespace sparsio {
namespace {

constexpr uint64_t kib = 1024;
constexpr uint64_t mib = 1024 * kib;

MemoryChoice choose(const char* text, const Machine& machine) {
  return choose_memory(text, 1, machine, "test");
}

void expect_choice(const Machine& machine, const char* text, uint64_t bytes, const std::string& source) {
  const MemoryChoice choice = choose(text, machine);
  EXPECT_EQ(choice.bytes, bytes) << text;
  EXPECT_EQ(choice.source, source) << text;
}

bool has(const std::vector<std::string>& texts, const std::string& words) {
  for (const std::string& text : texts)
    if (text.find(words) != std::string::npos) return true;
  return false;
}

std::vector<DrawnObject> repeated(int count, const DrawnObject& object) {
  return std::vector<DrawnObject>(static_cast<size_t>(count), object);
}

TEST(TenMachines, TwoSockets) {
  const Machine machine =
      synthetic_machine("pack:2 l3:1(size=60MiB) l2:20(size=2MiB) l1d:1(size=48KiB) core:1 pu:2", 40);
  EXPECT_EQ(machine.cores, 40U);
  expect_choice(machine, "L2", 2 * mib, "synthetic:L2");
  expect_choice(machine, "L3", 3 * mib, "synthetic:L3");  // of its own socket's, not of both
}

TEST(TenMachines, CoreComplexes) {
  // Eight complexes of eight cores: an L3 serves its complex only.
  const Machine machine =
      synthetic_machine("pack:1 l3:8(size=32MiB) l2:8(size=1MiB) l1d:1(size=32KiB) core:1 pu:1", 64);
  EXPECT_EQ(find_cache(machine, 3)->shared_by_cores, 8U);
  expect_choice(machine, "L2", mib, "synthetic:L2");
  expect_choice(machine, "L3", 4 * mib, "synthetic:L3");
  // Three times as much on top of the complex, as a 5800X3D or 7773X has it.
  const Machine stacked =
      synthetic_machine("pack:1 l3:2(size=96MiB) l2:8(size=1MiB) l1d:1(size=32KiB) core:1 pu:1", 16);
  expect_choice(stacked, "L3", 12 * mib, "synthetic:L3");
  // EPYC 74F3 (10.7 MiB a core) and 7373X (48): few cores around a large cache.
  expect_choice(synthetic_machine("pack:1 l3:8(size=32MiB) l2:3(size=512KiB) core:1 pu:2", 24), "L3", 32 * mib / 3,
                "synthetic:L3");
  expect_choice(synthetic_machine("pack:1 l3:8(size=96MiB) l2:2(size=512KiB) core:1 pu:2", 16), "L3", 48 * mib,
                "synthetic:L3");
  const Machine absurd = synthetic_machine("pack:1 l3:1(size=258MiB) l2:2(size=1MiB) core:1 pu:1", 2);
  expect_choice(absurd, "L3", mib, "synthetic:L2 (L3 refused: 129 MiB a core)");
  expect_choice(absurd, "L3!", 129 * mib, "synthetic:L3 (asked for)");
}

TEST(TenMachines, Hybrid) {
  // Two fast cores of two hardware threads with an L2 each, a cluster of four efficient ones around one L2.
  std::vector<DrawnObject> cores =
      repeated(2, drawn_cache(2, 2 * mib, 16, {drawn_cache(1, 48 * kib, 12, {drawn_core(2)})}));
  cores.push_back(drawn_cache(2, 4 * mib, 16, repeated(4, drawn_cache(1, 32 * kib, 8, {drawn_core(1)}))));
  const Machine machine = drawn_machine(MachineDrawing().xml({drawn_cache(3, 12 * mib, 12, cores)}), 6);
  EXPECT_EQ(machine.cores, 6U);
  EXPECT_EQ(machine.processing_units, 8U);
  EXPECT_EQ(machine.threads[0].caches[1].share_bytes, 2 * mib);
  EXPECT_EQ(machine.threads[5].caches[1].share_bytes, mib);
  EXPECT_EQ(machine.threads[5].caches[0].share_bytes, 32 * kib);
  expect_choice(machine, "L2", 2 * mib, "xml:L2");
  EXPECT_TRUE(has(choose("L2", machine).warnings, "threads have different L2: thread 0 has 2 MiB, thread 2 has 1 MiB"));
  expect_choice(machine, "L3", 2 * mib, "xml:L3");
}

TEST(TenMachines, GraceLike) {
  // 72 cores and one L3 that is no whole number of bytes a core.
  const Machine machine =
      synthetic_machine("pack:1 l3:1(size=114MiB) l2:72(size=1MiB) l1d:1(size=64KiB) core:1 pu:1", 72);
  expect_choice(machine, "L2", mib, "synthetic:L2");
  expect_choice(machine, "L3", 114 * mib / 72, "synthetic:L3");
  for (const CacheGeometry& cache : geometries(machine)) EXPECT_EQ(cache.bytes % cache.line_bytes, 0U) << cache.name;
}

TEST(TenMachines, NoCaches) {
  const Machine machine = synthetic_machine(bare, 4);
  expect_choice(machine, "L2", mib, "fallback");
  expect_choice(machine, "L3", mib, "fallback");
  EXPECT_TRUE(has(choose("L2", machine).warnings, "shows no L2"));
  EXPECT_TRUE(geometries(machine).empty());
}

TEST(TenMachines, RestrictedByACgroup) {
  // Two of the four cores around the L3 are ours.
  const std::vector<DrawnObject> cores =
      repeated(4, drawn_cache(2, mib, 16, {drawn_cache(1, 32 * kib, 8, {drawn_core(1)})}));
  const Machine machine = drawn_machine(MachineDrawing(0b0110).xml({drawn_cache(3, 16 * mib, 16, cores)}), 2);
  EXPECT_EQ(machine.cores, 2U);
  expect_choice(machine, "L2", mib, "xml:L2");
  // Somebody else runs on the other two cores: a quarter, not a half.
  EXPECT_EQ(find_cache(machine, 3)->shared_by_cores, 4U);
  expect_choice(machine, "L3", 4 * mib, "xml:L3");
}

TEST(TenMachines, RestrictedByABinding) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  if (!CPU_ISSET(0, &before)) GTEST_SKIP() << "needs processing unit 0";
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  setenv("HWLOC_THISSYSTEM", "1", 1);  // the drawing is vouched for, so that the binding counts
  const Machine machine = synthetic_machine("pack:1 l3:1(size=16MiB) l2:4(size=1MiB) l1d:1(size=32KiB) core:1 pu:1", 1);
  unsetenv("HWLOC_THISSYSTEM");
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
  EXPECT_EQ(machine.cores, 1U);
  EXPECT_EQ(machine.threads[0].binding, "core 0");
  expect_choice(machine, "L2", mib, "synthetic:L2");
  EXPECT_EQ(find_cache(machine, 3)->share_bytes, 4 * mib);  // the other cores are still there
}

TEST(TenMachines, VirtualMachineOfALargeHost) {
  // Two cores are shown the whole L3 of the host.
  const std::vector<DrawnObject> cores =
      repeated(2, drawn_cache(2, 2 * mib, 16, {drawn_cache(1, 48 * kib, 12, {drawn_core(1)})}));
  const Machine machine = drawn_machine(
      MachineDrawing().xml({drawn_cache(3, 480 * mib, 15, cores)}, "<info name=\"DMISysVendor\" value=\"QEMU\"/>\n"),
      2);
  EXPECT_EQ(machine.virtual_machine, VirtualMachine::yes);
  expect_choice(machine, "L2", 2 * mib, "xml:L2");
  expect_choice(machine, "L3", 2 * mib, "xml:L2 (L3 refused: 240 MiB a core in a virtual machine)");
  expect_choice(machine, "L3!/4", 60 * mib, "xml:L3/4 (asked for)");
  EXPECT_EQ(geometries(machine).size(), 2U);
}

TEST(TenMachines, HardwareThreadsShareTheirCoresCaches) {
  const Machine alone = synthetic_machine(desktop, 8);
  expect_choice(alone, "L1", 32 * kib, "synthetic:L1");
  expect_choice(alone, "L2", mib, "synthetic:L2");
  const Machine doubled = synthetic_machine(desktop, 16);
  expect_choice(doubled, "L1", 16 * kib, "synthetic:L1");
  expect_choice(doubled, "L2", mib / 2, "synthetic:L2");
  expect_choice(doubled, "L3", 2 * mib, "synthetic:L3");
}

TEST(TenMachines, OnlyTheThirdLevelIsShared) {
  // No second level at all.
  const Machine machine = synthetic_machine("pack:1 l3:1(size=8MiB) l1d:4(size=64KiB) core:1 pu:1", 4);
  expect_choice(machine, "L1", 64 * kib, "synthetic:L1");
  expect_choice(machine, "L2", mib, "fallback");
  expect_choice(machine, "L3", 2 * mib, "synthetic:L3");
}

TEST(TenMachines, BigAndLittle) {
  // Four small cores, then four large ones, around one small L3.
  std::vector<DrawnObject> cores =
      repeated(4, drawn_cache(2, 128 * kib, 4, {drawn_cache(1, 32 * kib, 4, {drawn_core(1)})}));
  for (DrawnObject& core : repeated(4, drawn_cache(2, 512 * kib, 8, {drawn_cache(1, 64 * kib, 4, {drawn_core(1)})})))
    cores.push_back(std::move(core));
  const Machine machine = drawn_machine(MachineDrawing().xml({drawn_cache(3, 2 * mib, 16, cores)}), 8);
  expect_choice(machine, "L2", 128 * kib, "xml:L2");
  EXPECT_TRUE(has(choose("L2", machine).warnings, "thread 0 has 128 KiB, thread 4 has 512 KiB"));
  expect_choice(machine, "L3", 256 * kib, "xml:L3");
  EXPECT_EQ(machine.threads[7].caches[0].share_bytes, 64 * kib);
}

}  // namespace
}  // namespace sparsio
