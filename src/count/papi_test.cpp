// needs: papi
// The meter papi on whatever machine this is: with hardware counters it measures, without them it says why, and what
// the operating system counts is there all the same. The names of the event table are looked up in libpfm4, which can
// be told to be another processor.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <set>
#include <sstream>

#include "base/spec.hpp"
#include "count/meter.hpp"
#include "count/papi/event_map.hpp"
#include "count/papi/papi_counters.hpp"
#include "disk/temporary_folder_fixture.hpp"

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

TEST(Papi, TheProbeNamesEveryQuantityAndCandidateWithAReasonWhereItFails) {
  const auto meter = resolve<MeterKind>("papi", "test");
  const std::vector<EventStatus> statuses = meter.kind().probe();
  std::set<std::string> names;
  std::set<std::string> rows;
  for (const EventStatus& status : statuses) {
    names.insert(status.name);
    EXPECT_TRUE(rows.insert(status.name + status.counter).second) << status.name << " " << status.counter;
    EXPECT_TRUE(status.status == "counts" || status.status.starts_with("unavailable: ")) << status.status;
  }
  EXPECT_EQ(names.size(), 3U + 9U);
  for (const EventMap& map : maps_for(papi_pmus(), read_event_maps()))
    for (const EventCandidate& one : map.candidates)
      EXPECT_EQ(rows.count(one.level + " " + std::string(quantity_name(one.quantity)) + one.event), 1U) << one.event;
  ASSERT_FALSE(meter.kind().sources().empty());
  EXPECT_EQ(meter.kind().sources().back().name, "generic");
}

TEST(Papi, AnUnknownEventIsRefused) {
  EXPECT_EQ(papi_knows("NO_SUCH_EVENT"), Known::no);
  EXPECT_FALSE(probe_event("NO_SUCH_EVENT", probe_access()).reason.empty());
  EXPECT_THROW(make_papi_counters({"NO_SUCH_EVENT"}), std::runtime_error);
}

// Run by the tests below in a process that libpfm4 takes for another machine: which processor PAPI believes to be on,
// which names it knows there, and which candidates the probe lists twice.
TEST(Papi, DISABLED_InAProcessOfThatProcessor) {
  std::cout << "\n";
  for (const std::string& pmu : papi_pmus()) std::cout << "pmu " << pmu << "\n";
  for (const EventMap& map : read_event_maps())
    for (const EventCandidate& one : map.candidates)
      if (papi_knows(one.event) == Known::yes) std::cout << "knows " << one.event << "\n";
  try {
    const auto meter = resolve<MeterKind>("papi", "test");
    meter.kind().check();
    std::set<std::string> rows;
    for (const EventStatus& status : meter.kind().probe())
      if (!rows.insert(status.name + " " + status.counter).second)
        std::cout << "twice " << status.name << " " << status.counter << "\n";
  } catch (const BadInput& error) {
    std::cout << "refuses " << error.what() << "\n";
  }
}

/// The lines that the test above prints as that processor.
std::set<std::string> answers_of(const std::string& pmu) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  FILE* const pipe = popen(
      ("LIBPFM_FORCE_PMU=" + pmu + " '" + self + "' --gtest_also_run_disabled_tests --gtest_filter=Papi.DISABLED_*")
          .c_str(),
      "r");
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  EXPECT_EQ(pclose(pipe), 0);
  std::set<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.insert(line);
  return lines;
}

// Native events and presets, as PAPI with its libpfm4 has them for each processor that it knows.
TEST(Papi, EveryEventOfEveryMapExistsOnAProcessorItIsFor) {
  size_t checked = 0;
  std::string unknown;
  std::set<std::string> anywhere;
  for (const EventMap& map : read_event_maps()) {
    std::set<std::string> known;
    bool is_known = false;
    for (const std::string& pmu : map.pmus) {
      const std::set<std::string> answers = answers_of(pmu);
      if (answers.count("pmu " + pmu) == 0) {  // this libpfm4 is older than the processor, or of another architecture
        unknown += " " + pmu;
        continue;
      }
      is_known = true;
      known.insert(answers.begin(), answers.end());
      const auto twice = answers.lower_bound("twice ");
      EXPECT_FALSE(twice != answers.end() && twice->starts_with("twice ")) << pmu << ": " << *twice;
    }
    anywhere.insert(known.begin(), known.end());
    if (!is_known) continue;
    for (const EventCandidate& one : map.candidates) {
      EXPECT_EQ(known.count("knows " + one.event), 1U) << one.place << ": " << one.event;
      ++checked;
    }
  }
  for (const EventMap& map : read_event_maps()) {
    if (!map.pmus.empty() || anywhere.empty()) continue;
    // The kernel's own are hidden from a process that poses as a processor.
    for (const EventCandidate& one : map.candidates) {
      if (one.event.starts_with("PAPI_")) {
        EXPECT_EQ(anywhere.count("knows " + one.event), 1U) << one.place << ": " << one.event;
      }
    }
  }
  std::cout << checked << " names checked; this PAPI does not know" << (unknown.empty() ? " none" : unknown) << '\n';
#if defined(__x86_64__)
  EXPECT_GE(checked, 30U);
#endif
}

TEST(Papi, AUsersMapWithAWrongNameOrNoTomlIsRefusedWithItsPlace) {
  const TemporaryFolder folder;
  setenv("SPARSIO_EVENTS", folder.put("mine.toml", "processor = 'x'\npmus = [\n").c_str(), 1);
  EXPECT_THROW(resolve<MeterKind>("papi", "test").kind().check(), BadInput);
#if defined(__x86_64__)
  const std::string names = "['L2_RQSTS:ALL_DEMAND_MISS', 'L2_RQSTS:NO_SUCH']";
  folder.put("mine.toml", "processor = 'x'\npmus = ['spr']\n[L2]\ndemand = " + names + "\n");
  const std::set<std::string> answers = answers_of("spr");
  EXPECT_TRUE(std::any_of(answers.begin(), answers.end(), [](const std::string& line) {
    return line.starts_with("refuses ") &&
           line.find("mine.toml:4:39: PAPI knows no event 'L2_RQSTS:NO_SUCH'") != std::string::npos;
  }));
#endif
  unsetenv("SPARSIO_EVENTS");
}

}  // namespace
}  // namespace sparsio
