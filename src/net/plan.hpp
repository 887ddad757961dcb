// plan: everything an engine needs to know before it runs. It does not know who made the order.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/network.hpp"
#include "net/order.hpp"
#include "net/partition.hpp"

namespace sparsio {

/// What an engine may do instead of executing every connection of every input, by the rules of the HPEC Graph
/// Challenge. Results of different tracks never stand in one column.
enum class Track {
  general,          // every connection of every input is executed
  structure,        // the network may be transformed exactly beforehand; inputs are not looked at
  value,            // the network as given; work may be skipped because of values
  structure_value,  // both
};

std::string_view track_name(Track track);
/// BadInput at `place` for another word.
Track parse_track(std::string_view text, const std::string& place);

struct Plan {
  const Network* network = nullptr;  // held whole; null where it is too large
  LayerSource* layers = nullptr;     // null for a general DAG
  Order order;                       // by_target unless `network` is given
  uint32_t panel = 48;               // inputs processed together, one vector of floats a neuron
  bool panel_may_change = false;     // nobody asked for it: an engine may take another, and says so in its cost
  unsigned threads = 1;
  uint64_t inputs = 0;  // of a run; 0: nobody knows
  Track track = Track::general;
  uint64_t l2_bytes = 0;                 // a thread's part of the second cache; 0: the engine asks the system
  const Partition* partition = nullptr;  // who owns which neuron; null: nobody asked
};

}  // namespace sparsio
