// needs: papi
// The meter papi on whatever machine this is: with hardware counters it measures, without them it says why, and what
// the operating system counts is there all the same. The names of the event table are looked up in libpfm4, which can
// be told to be another processor.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

#include "count/hardware_events.hpp"
#include "count/meter.hpp"
#include "count/papi_counters.hpp"
#include "plugin/spec.hpp"

namespace sparsio {
namespace {

const CacheGeometry first{"l1", 32 << 10, 64, 8};
const CacheGeometry not_ours{"memory", 12345 * 64, 64, 0};

Counts measure(const MeterRequest& request) {
  const auto meter = resolve<MeterKind>("papi", "test");
  return meter.kind().measure(request, meter.params);
}

MeterRequest request_for(int& passes) {
  MeterRequest request;
  request.region = [&passes]() -> Pass {
    return [&passes] {
      std::vector<double> values(1 << 20, 1.0);
      double sum = 0;
      for (const double value : values) sum += value;
      passes += sum > 0 ? 1 : 0;
    };
  };
  request.levels = {not_ours, first};
  request.machine_levels = {{"L1", 32 << 10, 64, 8}};
  return request;
}

TEST(Papi, MeasuresOrSaysWhyNot) {
  int passes = 0;
  const Counts counts = measure(request_for(passes));
  EXPECT_EQ(counts.source, "papi");
  EXPECT_GE(passes, 2);
  ASSERT_EQ(counts.levels.size(), 2U);
  EXPECT_TRUE(std::isnan(counts.levels[0].misses)) << "not a cache of this machine";
  if (counts.status.starts_with("measured")) {
    EXPECT_GT(counts.levels[1].misses, 0);
    EXPECT_FALSE(counts.map.empty());
  } else {
    EXPECT_TRUE(counts.status.starts_with("unavailable: ")) << counts.status;
    EXPECT_GT(counts.status.size(), 30U) << counts.status;
    EXPECT_TRUE(std::isnan(counts.levels[1].misses));
  }
}

TEST(Papi, WhatTheSystemCountsIsAlwaysThere) {
  int passes = 0;
  const Counts counts = measure(request_for(passes));
  ASSERT_EQ(counts.events.size(), 3U);
  EXPECT_EQ(counts.events[0].name, "page_faults");
  EXPECT_GE(counts.events[0].value, 0);
  EXPECT_EQ(counts.events[2].name, "task_clock_seconds");
  EXPECT_GT(counts.events[2].value, 0);
}

TEST(Papi, WithoutARegionItIsUnavailable) {
  EXPECT_EQ(measure({nullptr, nullptr, {first}}).status, "unavailable: the pass cannot be executed alone");
}

TEST(Papi, TheProbeNamesEveryQuantityOnceWithAReasonWhereItFails) {
  const auto meter = resolve<MeterKind>("papi", "test");
  const std::vector<EventStatus> statuses = meter.kind().probe();
  EXPECT_EQ(statuses.size(), 3U + 9U);
  std::set<std::string> names;
  for (const EventStatus& status : statuses) {
    EXPECT_TRUE(names.insert(status.name).second) << status.name;
    EXPECT_TRUE(status.status == "counts" || status.status.starts_with("unavailable: ")) << status.status;
  }
}

TEST(Papi, AnUnknownEventIsRefused) {
  EXPECT_EQ(papi_knows("NO_SUCH_EVENT"), Known::no);
  EXPECT_FALSE(probe_event("NO_SUCH_EVENT", look_around()).reason.empty());
  EXPECT_THROW(make_papi_counters({"NO_SUCH_EVENT"}), std::runtime_error);
}

// Run by the test below in a process that libpfm4 takes for another machine.
TEST(Papi, DISABLED_InAProcessOfThatProcessor) {
  const std::string pmu = std::getenv("LIBPFM_FORCE_PMU");
  size_t checked = 0;
  for (const HardwareEvent& event : hardware_events()) {
    std::istringstream pmus{std::string(event.pmus)};
    for (std::string name; pmus >> name;) {
      if (name != pmu) continue;
      EXPECT_EQ(papi_knows(std::string(event.name)), Known::yes) << pmu << " " << event.name;
      ++checked;
    }
  }
  EXPECT_GE(checked, 3U) << pmu;
}

TEST(Papi, TheEventsExistOnTheProcessorsTheyAreFor) {
#if defined(__x86_64__)
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  for (const char* pmu : {"skx", "icl", "spr", "amd64_fam17h_zen2", "amd64_fam19h_zen3", "amd64_fam19h_zen4"})
    EXPECT_EQ(std::system(("LIBPFM_FORCE_PMU=" + std::string(pmu) + " '" + self +
                           "' --gtest_also_run_disabled_tests --gtest_filter=Papi.DISABLED_* 1>&2")
                              .c_str()),
              0)
        << pmu;
#else
  GTEST_SKIP() << "libpfm4 has x86 processors only on x86";
#endif
}

}  // namespace
}  // namespace sparsio
