#include "count/papi/event_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/error.hpp"
#include "base/nearest.hpp"
#include "count/built_in_event_maps.hpp"

namespace sparsio {
namespace {

constexpr const char* user_variable = "SPARSIO_EVENTS";

const std::string& text_of(const Node& node) {
  if (node.kind != Node::Kind::text || node.text.empty())
    throw BadInput(node.place, fmt::format("{} where a name should stand", describe(node)), "give a text in quotes");
  return node.text;
}

const std::vector<Node>& items_of(const Node& node) {
  if (node.kind != Node::Kind::list)
    throw BadInput(node.place, fmt::format("'{}' is {}", node.key, describe(node)), R"(give a list, ["NAME", "NAME"])");
  return node.children;
}

void read_level(const Node& level, EventMap& map) {
  if (level.kind != Node::Kind::table)
    throw BadInput(level.place, fmt::format("'{}' is {}", level.key, describe(level)), "give a table, [L1]");
  for (const Node& list : level.children) {
    std::vector<std::string> known;
    for (const Quantity quantity : all_quantities) known.emplace_back(quantity_name(quantity));
    const auto at = std::find(known.begin(), known.end(), list.key);
    if (at == known.end())
      throw BadInput(list.key_place, fmt::format("no quantity '{}'", list.key), suggest(list.key, known));
    const Quantity quantity = all_quantities[at - known.begin()];
    for (const Node& item : items_of(list)) {
      const auto is_same = [&](const EventCandidate& other) {
        return other.level == level.key && other.quantity == quantity && other.event == item.text;
      };
      if (std::any_of(map.candidates.begin(), map.candidates.end(), is_same))
        throw BadInput(item.place, fmt::format("'{}' stands here twice", item.text), "keep one");
      map.candidates.push_back({level.key, quantity, text_of(item), item.place});
    }
  }
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// Of the user, not of the program.
std::vector<std::filesystem::path> user_files() {
  if (const char* given = std::getenv(user_variable); given != nullptr && *given != '\0') {
    if (!std::filesystem::exists(given))
      throw BadInput(user_variable, fmt::format("there is no file or folder '{}'", given),
                     "name a map or a folder of maps, or unset it");
    if (!std::filesystem::is_directory(given)) return {given};
    return files_in(given);
  }
  std::filesystem::path folder;
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config != '\0')
    folder = config;
  else if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    folder = std::filesystem::path(home) / ".config";
  else
    return {};
  folder /= "sparsio/events";
  std::error_code unreadable;
  return std::filesystem::is_directory(folder, unreadable) ? files_in(folder) : std::vector<std::filesystem::path>{};
}

}  // namespace

std::string_view quantity_name(Quantity quantity) {
  constexpr std::string_view names[] = {"fills", "demand", "write_backs"};
  return names[static_cast<size_t>(quantity)];
}

const std::vector<std::string>& counted_levels() {
  static const std::vector<std::string> levels = {"L1", "L2", "L3"};
  return levels;
}

EventMap parse_event_map(const Node& document, std::string name, std::string origin) {
  std::vector<std::string> known = {"processor", "pmus"};
  known.insert(known.end(), counted_levels().begin(), counted_levels().end());
  EventMap map{std::move(name), std::move(origin), "", {}, {}};
  for (const Node& node : document.children) {
    if (node.key == "processor")
      map.processor = text_of(node);
    else if (node.key == "pmus")
      for (const Node& pmu : items_of(node)) map.pmus.push_back(text_of(pmu));
    else if (std::find(known.begin(), known.end(), node.key) != known.end())
      read_level(node, map);
    else
      throw BadInput(node.key_place, fmt::format("no key '{}' in an event map", node.key), suggest(node.key, known));
  }
  for (const char* needed : {"processor", "pmus"})
    if (document.find(needed) == nullptr)
      throw BadInput(document.place, fmt::format("the event map has no '{}'", needed),
                     "say which processor it is for; pmus = [] for every one");
  if (map.candidates.empty())
    throw BadInput(document.place, "the event map has no events", R"(give a level, [L1] with demand = ["EVENT"])");
  return map;
}

std::vector<EventMap> read_event_maps() {
  std::vector<EventMap> maps;
  for (const auto& [name, text] : built_in_event_maps)
    maps.push_back(parse_event_map(parse_document(std::string(text), fmt::format("built-in event map {}.toml", name)),
                                   std::string(name), "built in"));
  for (const std::filesystem::path& file : user_files()) {
    const std::string name = file.stem().string();
    std::erase_if(maps, [&](const EventMap& other) { return other.is_built_in() && other.name == name; });
    maps.push_back(parse_event_map(read_document(file.string(), ""), name, file.string()));
  }
  return maps;
}

std::vector<EventMap> maps_for(const std::vector<std::string>& pmus, const std::vector<EventMap>& maps) {
  std::vector<EventMap> chosen;
  for (const EventMap& map : maps)
    if (map.pmus.empty() || std::any_of(map.pmus.begin(), map.pmus.end(), [&](const std::string& pmu) {
          return std::find(pmus.begin(), pmus.end(), pmu) != pmus.end();
        }))
      chosen.push_back(map);
  // The user's before ours, a processor's own before any processor's.
  const auto rank = [](const EventMap& map) { return (map.pmus.empty() ? 2 : 0) + (map.is_built_in() ? 1 : 0); };
  std::stable_sort(chosen.begin(), chosen.end(),
                   [&](const EventMap& a, const EventMap& b) { return rank(a) < rank(b); });
  return chosen;
}

}  // namespace sparsio
