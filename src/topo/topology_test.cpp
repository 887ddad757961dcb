#include "topo/topology.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/error.hpp"
#include "topo/replayed_machine_fixture.hpp"

namespace sparsio {
namespace {

bool warns(const Machine& machine, const std::string& words) {
  for (const std::string& warning : machine.warnings)
    if (warning.find(words) != std::string::npos) return true;
  return false;
}

/// An XML replay of `xml` through a file of its own.
Machine xml_machine(const std::string& xml, uint32_t threads) {
  const auto path = std::filesystem::temp_directory_path() / ("sparsio_topology_" + std::to_string(getpid()) + ".xml");
  std::ofstream(path) << xml;
  Machine machine = replay_machine("HWLOC_XMLFILE", path.string(), threads);
  std::filesystem::remove(path);
  return machine;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Topology, ADesktop) {
  const Machine machine = synthetic_machine(desktop, 2);
  EXPECT_EQ(machine.source, "synthetic");
  EXPECT_FALSE(machine.is_this_system());
  EXPECT_EQ(machine.virtual_machine, VirtualMachine::unknown);
  EXPECT_EQ(machine.cores, 8U);
  EXPECT_EQ(machine.processing_units, 16U);
  EXPECT_NE(machine.xml.find("<topology"), std::string::npos);
  ASSERT_EQ(machine.threads.size(), 2U);
  EXPECT_EQ(machine.threads[1].binding, "core 1");
  ASSERT_EQ(machine.threads[1].caches.size(), 3U);
  const CacheLevel& shared = machine.threads[1].caches[2];
  EXPECT_EQ(shared.level, 3);
  EXPECT_EQ(shared.bytes, 32U << 20);
  EXPECT_EQ(shared.shared_by_cores, 8U);
  EXPECT_EQ(shared.shared_by_threads, 2U);
  EXPECT_EQ(shared.share_bytes, 4U << 20);
  EXPECT_EQ(shared.trust, Trust::trusted);
  EXPECT_EQ(machine.threads[1].caches[0].share_bytes, 32U << 10);
  EXPECT_TRUE(warns(machine, "HWLOC_SYNTHETIC replays another machine"));
  EXPECT_TRUE(warns(machine, "core t mod 8"));
  EXPECT_FALSE(warns(machine, "not believed"));
}

TEST(Topology, TwoSocketsDoNotShare) {
  const Machine machine = synthetic_machine(two_sockets, 32);
  ASSERT_EQ(machine.threads.size(), 32U);
  for (const ThreadPlace& place : machine.threads) {
    EXPECT_EQ(place.caches[2].shared_by_cores, 16U);
    EXPECT_EQ(place.caches[2].shared_by_threads, 16U);
    EXPECT_EQ(place.caches[2].share_bytes, 4U << 20);
  }
}

TEST(Topology, MoreThreadsThanCoresShareEverything) {
  const Machine machine = synthetic_machine(clusters, 16);
  EXPECT_EQ(machine.threads[9].binding, "core 1");
  EXPECT_EQ(machine.threads[9].caches[0].shared_by_threads, 2U);
  EXPECT_EQ(machine.threads[9].caches[0].share_bytes, 64U << 10);
  EXPECT_EQ(machine.threads[9].caches[1].share_bytes, (12U << 20) / 8);
  EXPECT_TRUE(warns(machine, "threads 0 and 8 (core 0) may run on the same processing units; pairs like this: 8"));
}

TEST(Topology, AnAbsurdCacheIsNotBelieved) {
  const Machine machine = synthetic_machine(cloud, 2);
  const CacheLevel& absurd = machine.threads[0].caches[2];
  EXPECT_EQ(absurd.trust, Trust::refused);
  EXPECT_EQ(absurd.reason, "240 MiB a core");
  EXPECT_EQ(absurd.share_bytes, 240U << 20);
  EXPECT_TRUE(warns(machine, "L3 is not believed (240 MiB a core)"));
  EXPECT_EQ(machine.threads[0].caches[1].trust, Trust::trusted);
}

TEST(Topology, NoCachesAtAll) {
  const Machine machine = synthetic_machine(bare, 4);
  EXPECT_EQ(machine.cores, 4U);
  EXPECT_TRUE(machine.threads[3].caches.empty());
  EXPECT_EQ(find_cache(machine, 2), nullptr);
  EXPECT_TRUE(warns(machine, "shows no caches"));
}

TEST(Topology, EveryThreadHasItsOwnCoresCaches) {
  // The last core gets a small L2, as the efficient cores of a hybrid processor.
  std::string xml = synthetic_machine("pack:1 l2:4(size=2MiB) l1d:1(size=48KiB) core:1 pu:1", 1).xml;
  const size_t at = xml.rfind("cache_size=\"2097152\"");
  ASSERT_NE(at, std::string::npos);
  xml.replace(at, 20, "cache_size=\"1048576\"");
  const Machine machine = xml_machine(xml, 4);
  EXPECT_EQ(machine.source, "xml");
  EXPECT_EQ(machine.threads[0].caches[1].share_bytes, 2U << 20);
  EXPECT_EQ(machine.threads[3].caches[1].share_bytes, 1U << 20);
}

TEST(Topology, CoresThatAreNotOursShareToo) {
  // A cgroup leaves us 2 of the 4 processing units under the L3: cpuset has two, complete_cpuset all four.
  std::string xml = synthetic_machine("pack:1 l3:1(size=16MiB) core:2 pu:1", 1).xml;
  const size_t cache = xml.find("type=\"L3Cache\"");
  ASSERT_NE(cache, std::string::npos);
  const std::string before = "complete_cpuset=\"0x00000003\"";
  for (size_t at = xml.find(before); at != std::string::npos && at < cache + 200; at = xml.find(before, at + 1))
    xml.replace(at, before.size(), "complete_cpuset=\"0x0000000f\"");
  const Machine machine = xml_machine(xml, 1);
  ASSERT_EQ(machine.threads[0].caches.size(), 1U);
  EXPECT_EQ(machine.threads[0].caches[0].shared_by_cores, 4U);
  EXPECT_EQ(machine.threads[0].caches[0].share_bytes, 4U << 20);
}

TEST(Topology, AFirmwareNameGivesAVirtualMachineAway) {
  const std::string xml = synthetic_machine(desktop, 1).xml;
  const Machine machine = xml_machine(
      replaced(xml, "<info name=\"Backend\" value=\"Synthetic\"/>", "<info name=\"DMISysVendor\" value=\"QEMU\"/>"), 1);
  EXPECT_EQ(machine.virtual_machine, VirtualMachine::yes);
  EXPECT_EQ(machine.threads[0].caches[2].trust, Trust::refused);
  EXPECT_EQ(machine.threads[0].caches[2].reason, "4 MiB a core in a virtual machine");
}

TEST(Topology, ThisMachine) {
  const Machine machine = detect_machine(2);
  EXPECT_EQ(machine.source, "hwloc");
  EXPECT_GE(machine.cores, 1U);
  EXPECT_GE(machine.processing_units, machine.cores);
  ASSERT_EQ(machine.threads.size(), 2U);
  for (const ThreadPlace& place : machine.threads) {
    EXPECT_FALSE(place.binding.empty());
    for (const CacheLevel& cache : place.caches) {
      EXPECT_GT(cache.share_bytes, 0U);
      EXPECT_LE(cache.share_bytes, cache.bytes);
    }
  }
}

TEST(Topology, ATasksetShowsAsABinding) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  int last = CPU_SETSIZE - 1;
  while (!CPU_ISSET(last, &before)) --last;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  const Machine machine = detect_machine(1);
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
  EXPECT_EQ(machine.processing_units, 1U);
  EXPECT_EQ(machine.cores, 1U);
  EXPECT_FALSE(machine.threads[0].binding.starts_with("unbound") || machine.threads[0].binding.starts_with("pus"));
  EXPECT_FALSE(warns(machine, "not bound"));
}

// libgomp binds the initial thread before main; run by the test below in a process of its own.
TEST(Topology, DISABLED_InAProcessWithBoundThreads) {
  const Machine machine = detect_machine(2);
  std::set<std::string> places;
  for (const ThreadPlace& place : machine.threads) {
    EXPECT_TRUE(place.binding.starts_with("core ")) << place.binding;
    places.insert(place.binding);
    ASSERT_EQ(place.caches.size(), machine.threads[0].caches.size());
    for (const CacheLevel& cache : place.caches) {
      EXPECT_LE(cache.shared_by_threads, cache.shared_by_cores);
    }
  }
  EXPECT_EQ(places.size(), 2U);
  EXPECT_EQ(machine.cores, 2U);
  EXPECT_FALSE(warns(machine, "not bound"));
}

// Two threads on two units that a replayed topology, vouched for, puts into one core.
TEST(Topology, DISABLED_InAProcessOnHardwareThreads) {
  const Machine machine = detect_machine(2);
  EXPECT_EQ(machine.source, "synthetic");
  EXPECT_EQ(machine.cores, 1U);
  EXPECT_EQ(machine.processing_units, 2U);
  EXPECT_EQ(machine.threads[0].binding, "core 0 pu 0");
  EXPECT_EQ(machine.threads[1].binding, "core 0 pu 1");
  EXPECT_EQ(machine.threads[1].caches.at(0).share_bytes, 16U << 10);
  EXPECT_TRUE(warns(machine, "threads 0 and 1 (core 0 pu 1) are hardware threads of one core"));
}

/// The exit status of the test of that name, which is disabled here, in a process with these variables.
int run_alone(const std::string& test, const std::string& environment) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  return std::system((environment + " '" + self +
                      "' --gtest_also_run_disabled_tests --gtest_filter=Topology.DISABLED_" + test + " 1>&2")
                         .c_str());
}

TEST(Topology, BoundThreadsKeepTheirOwnCores) {
  if (detect_machine(1).cores < 2) GTEST_SKIP() << "needs two cores";
  EXPECT_EQ(run_alone("InAProcessWithBoundThreads", "OMP_PLACES=cores OMP_PROC_BIND=close"), 0);
}

TEST(Topology, HardwareThreadsOfOneCoreAreWarnedAbout) {
  cpu_set_t ours;
  ASSERT_EQ(sched_getaffinity(0, sizeof ours, &ours), 0);
  if (!CPU_ISSET(0, &ours) || !CPU_ISSET(1, &ours)) GTEST_SKIP() << "needs processing units 0 and 1";
  EXPECT_EQ(run_alone("InAProcessOnHardwareThreads",
                      "HWLOC_SYNTHETIC='l1d:1(size=32KiB) core:1 pu:2' HWLOC_THISSYSTEM=1 OMP_PLACES='{0},{1}' "
                      "OMP_PROC_BIND=close"),
            0);
}

TEST(Topology, RefusesWhatCannotBe) {
  EXPECT_THROW(detect_machine(0), BadInput);
  EXPECT_THROW(synthetic_machine("nonsense:2", 1), BadInput);
  EXPECT_THROW(replay_machine("HWLOC_XMLFILE", "/nowhere/machine.xml", 1), BadInput);
}

}  // namespace
}  // namespace sparsio
