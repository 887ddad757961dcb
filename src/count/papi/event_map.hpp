// event_map: which counters of a processor tell what its caches did.
// A map is a text file, one a micro-architecture (src/count/events/, or a user's own):
//
//     processor = "Intel Ice Lake"
//     pmus = ["icl", "icx"]            # libpfm4's names of the processors it is for; empty: every processor
//     [L2]
//     fills = ["L2_LINES_IN:ALL"]      # native events and presets, by PAPI's names; the first that counts is taken
//     demand = [...]
//     write_backs = [...]
//
// Three quantities are kept apart, because one preset is a different one of them on each processor (lines replaced,
// prefetches included, on one; demand loads only on the next), and none counts write-backs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "disk/node.hpp"

namespace sparsio {

enum class Quantity {
  fills,        // lines brought in, whoever asked, prefetchers included: the traffic
  demand,       // misses that loads (and stores, where counted) waited for
  write_backs,  // dirty lines that left
};
constexpr Quantity all_quantities[] = {Quantity::fills, Quantity::demand, Quantity::write_backs};

/// "fills", "demand", "write_backs".
std::string_view quantity_name(Quantity quantity);

/// "L1", "L2", "L3".
const std::vector<std::string>& counted_levels();

struct EventCandidate {
  std::string level;
  Quantity quantity;
  std::string event;
  std::string place;  // file:line:column
};

struct EventMap {
  std::string name;    // its file's stem
  std::string origin;  // "built in", or the path of a user's file
  std::string processor;
  std::vector<std::string> pmus;
  std::vector<EventCandidate> candidates;  // those of a level and quantity in the order in which they are tried

  bool is_built_in() const { return origin == "built in"; }
};

/// BadInput at file:line:column: an unknown key, a value of the wrong kind, an event given twice or empty, no event.
EventMap parse_event_map(const Node& document, std::string name, std::string origin);

/// The built-in maps by name, then the user's by path, in place of those that they share their name with. A user's are
/// the *.toml of the folder, or the file, that the environment variable SPARSIO_EVENTS names; without it, of
/// sparsio/events in the user's configuration folder ($XDG_CONFIG_HOME, ~/.config), if that exists. BadInput.
std::vector<EventMap> read_event_maps();

/// The maps for a processor that has these monitoring units, in the order in which they are tried: the user's, the
/// built-in ones, and last those for every processor.
std::vector<EventMap> maps_for(const std::vector<std::string>& pmus, const std::vector<EventMap>& maps);

}  // namespace sparsio
