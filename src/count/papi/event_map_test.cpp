// Event maps as texts: what is in the built-in ones, what a user's may say, and what is refused where. That the names
// in them exist is asked of PAPI in papi_test.cpp and of libpfm4 in event_names_test.cpp.
#include "count/papi/event_map.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "disk/temporary_folder_fixture.hpp"

namespace sparsio {
namespace {

/// A variable of the environment for the length of a test.
class Setting {
 public:
  Setting(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    setenv(name, value.c_str(), 1);
  }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;
  ~Setting() {
    if (old_.empty())
      unsetenv(name_);
    else
      setenv(name_, old_.c_str(), 1);
  }

 private:
  const char* name_;
  std::string old_;
};

const EventMap* find(const std::vector<EventMap>& maps, const std::string& name) {
  for (const EventMap& map : maps)
    if (map.name == name) return &map;
  return nullptr;
}

std::vector<EventMap> built_in() {
  const TemporaryFolder nothing;
  const Setting setting("SPARSIO_EVENTS", nothing.path());
  return read_event_maps();
}

TEST(EventMap, TheProgramCarriesEveryFileOfTheFolder) {
  const std::filesystem::path folder = SPARSIO_SOURCE_DIR "/src/count/events";
  size_t files = 0;
  const std::vector<EventMap> maps = built_in();
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    ++files;
    const EventMap read = parse_event_map(read_document(entry.path().string(), ""), entry.path().stem(), "file");
    const EventMap* embedded = find(maps, read.name);
    ASSERT_NE(embedded, nullptr) << entry.path();
    EXPECT_EQ(embedded->pmus, read.pmus);
    EXPECT_EQ(embedded->processor, read.processor);
    ASSERT_EQ(embedded->candidates.size(), read.candidates.size());
    for (size_t k = 0; k < read.candidates.size(); ++k)
      EXPECT_EQ(embedded->candidates[k].event, read.candidates[k].event);
  }
  EXPECT_EQ(files, maps.size());
  EXPECT_GE(files, 10U);
}

TEST(EventMap, EveryProcessorHasOneMapAndDemandMissesOfEveryLevel) {
  std::set<std::string> pmus;
  for (const EventMap& map : built_in()) {
    for (const std::string& pmu : map.pmus) EXPECT_TRUE(pmus.insert(pmu).second) << pmu << " has two maps";
    for (const std::string& level : counted_levels())
      EXPECT_TRUE(std::any_of(
          map.candidates.begin(), map.candidates.end(),
          [&](const EventCandidate& one) { return one.level == level && one.quantity == Quantity::demand; }))
          << map.name << " " << level;
  }
}

TEST(EventMap, TheUsersComeFirstAndReplaceTheirNamesakes) {
  const TemporaryFolder home;
  const std::string mine = "processor = 'mine'\npmus = ['spr']\n[L2]\ndemand = ['MINE']\n";
  home.put("sparsio/events/mine.toml", mine);
  home.put("sparsio/events/generic.toml", "processor = 'all'\npmus = []\n[L1]\nfills = ['OURS']\n");
  const Setting none("SPARSIO_EVENTS", "");
  const Setting setting("XDG_CONFIG_HOME", home.path());
  const std::vector<EventMap> maps = maps_for({"spr"}, read_event_maps());
  ASSERT_EQ(maps.size(), 3U);
  EXPECT_EQ(maps[0].name, "mine");
  EXPECT_EQ(maps[0].candidates.at(0).event, "MINE");
  EXPECT_EQ(maps[1].name, "sapphire_rapids");
  EXPECT_EQ(maps[2].name, "generic");
  EXPECT_EQ(maps[2].candidates.size(), 1U) << "ours was replaced";
  // One file by its name, from anywhere.
  home.put("elsewhere.toml", mine);
  const Setting file("SPARSIO_EVENTS", home / "elsewhere.toml");
  EXPECT_NE(find(read_event_maps(), "elsewhere"), nullptr);
  EXPECT_EQ(find(read_event_maps(), "mine"), nullptr);
}

TEST(EventMap, AnUnknownProcessorGetsTheGenericMap) {
  const std::vector<EventMap> maps = maps_for({"no_such_processor"}, built_in());
  ASSERT_EQ(maps.size(), 1U);
  EXPECT_EQ(maps[0].name, "generic");
}

TEST(EventMap, WhatIsWrongIsNamedWithFileAndLine) {
  const std::string head = "processor = 'x'\npmus = ['x']\n";
  const struct {
    std::string text, place, words;
  } cases[] = {
      {"processor = \n", "map.toml:1:", "not TOML"},
      {head + "[L4]\ndemand = ['A']\n", "map.toml:3:", "no key 'L4'"},
      {head + "[L1]\ndemnad = ['A']\n", "map.toml:4:1", "did you mean 'demand'"},
      {head + "[L1]\ndemand = 'A'\n", "map.toml:4:", "give a list"},
      {head + "[L1]\ndemand = [1]\n", "map.toml:4:11", "give a text in quotes"},
      {head + "[L1]\ndemand = ['']\n", "map.toml:4:11", "give a text in quotes"},
      {head + "[L1]\ndemand = ['A', 'A']\n", "map.toml:4:16", "twice"},
      {"pmus = []\n[L1]\ndemand = ['A']\n", "map.toml:", "no 'processor'"},
      {"processor = 'x'\n[L1]\ndemand = ['A']\n", "map.toml:", "no 'pmus'"},
      {head, "map.toml:", "no events"},
      {"processor = 'x'\npmus = 'x'\n", "map.toml:2:", "'pmus' is"},
      {head + "L1 = 3\n", "map.toml:3:", "give a table"},
  };
  for (const auto& one : cases) {
    const TemporaryFolder folder;
    folder.put("map.toml", one.text);
    const Setting setting("SPARSIO_EVENTS", folder.path());
    try {
      read_event_maps();
      ADD_FAILURE() << "accepted:\n" << one.text;
    } catch (const BadInput& error) {
      EXPECT_NE(std::string(error.what()).find(one.place), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(one.words), std::string::npos) << error.what();
    }
  }
  const Setting nowhere("SPARSIO_EVENTS", "/no/such/folder");
  EXPECT_THROW(read_event_maps(), BadInput);
}

}  // namespace
}  // namespace sparsio
