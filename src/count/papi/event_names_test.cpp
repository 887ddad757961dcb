// needs: pfm
// Every native event of every map, looked up in libpfm4's own table of the processor it is for; the library encodes
// events of processors that are not here. Presets belong to PAPI (papi_test.cpp).
#include <gtest/gtest.h>
#include <perfmon/pfmlib.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

#include "count/papi/event_map.hpp"

namespace sparsio {
namespace {

std::set<std::string> known_pmus() {
  setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
  EXPECT_EQ(pfm_initialize(), PFM_SUCCESS);
  std::set<std::string> names;
  for (int pmu = 0; pmu < PFM_PMU_MAX; ++pmu) {
    pfm_pmu_info_t info{};
    info.size = sizeof info;
    if (pfm_get_pmu_info(static_cast<pfm_pmu_t>(pmu), &info) == PFM_SUCCESS) names.insert(info.name);
  }
  return names;
}

bool is_preset(const std::string& event) {
  return event.starts_with("PAPI_");
}

bool has(const std::string& pmu, const std::string& event) {
  const std::string name = event.find("::") == std::string::npos ? pmu + "::" + event : event;
  pfm_pmu_encode_arg_t encoded{};
  encoded.size = sizeof encoded;
  const int answer = pfm_get_os_event_encoding(name.c_str(), PFM_PLM3, PFM_OS_NONE, &encoded);
  std::free(encoded.codes);
  return answer == PFM_SUCCESS;
}

TEST(EventNames, TheLibraryTellsRightFromWrong) {
  const std::set<std::string> pmus = known_pmus();
#if defined(__x86_64__)
  ASSERT_EQ(pmus.count("skx"), 1U);
  EXPECT_TRUE(has("skx", "L1D:REPLACEMENT"));
  EXPECT_FALSE(has("skx", "L1D:REPLACEMENTS"));
  EXPECT_FALSE(has("skx", "L1D_CACHE_REFILL"));
#endif
  EXPECT_FALSE(has("no_such_processor", "L1D:REPLACEMENT"));
}

TEST(EventNames, EveryNativeEventOfEveryMapExists) {
  const std::set<std::string> pmus = known_pmus();
  size_t checked = 0;
  std::string unknown;
  for (const EventMap& map : read_event_maps()) {
    std::vector<std::string> here = map.pmus;
    if (here.empty()) here = {"perf"};
    std::erase_if(here, [&](const std::string& pmu) {
      if (pmus.count(pmu) == 0) unknown += " " + pmu;
      return pmus.count(pmu) == 0;
    });
    for (const EventCandidate& one : map.candidates) {
      if (here.empty() || is_preset(one.event)) continue;
      EXPECT_TRUE(std::any_of(here.begin(), here.end(), [&](const std::string& pmu) { return has(pmu, one.event); }))
          << one.place << ": no processor of the map has " << one.event;
      ++checked;
    }
    // On each of its processors something counts what the map promises.
    for (const std::string& pmu : here)
      for (const EventCandidate& wanted : map.candidates)
        EXPECT_TRUE(is_preset(wanted.event) || std::any_of(map.candidates.begin(), map.candidates.end(),
                                                           [&](const EventCandidate& one) {
                                                             return one.level == wanted.level &&
                                                                    one.quantity == wanted.quantity &&
                                                                    has(pmu, one.event);
                                                           }))
            << map.name << ": nothing for " << wanted.level << " " << quantity_name(wanted.quantity) << " on " << pmu;
  }
#if defined(__x86_64__)
  EXPECT_GE(checked, 30U);
#else
  EXPECT_GE(checked, 4U);
#endif
  if (!unknown.empty()) RecordProperty("not_in_this_libpfm4", unknown);
  std::cout << checked << " names checked; this libpfm4 does not know" << (unknown.empty() ? " none" : unknown) << '\n';
}

}  // namespace
}  // namespace sparsio
