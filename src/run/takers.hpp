// takers: which engines take a network, in which tracks, and why not, without laying it out for any of them.
// What an engine refuses a network for is what its neurons are: general DAG or layers, activations, biases. So every
// engine is prepared for a stand-in that has the same layers with at most three neurons each, one of every kind of bias
// that anything depends on, and what it says is what it would say of the network. Whether the network fits into memory
// is not asked: only the run itself knows what is free then.
#pragma once

#include <string>
#include <vector>

#include "exec/engine.hpp"
#include "net/network.hpp"

namespace sparsio {

struct Refusal {
  Track track;
  std::string reason;
};

/// What one engine says; tracks that it lacks for any network are in neither list.
struct Taker {
  std::string engine;
  std::vector<Track> tracks;
  std::vector<Refusal> refusals;
};

class StandIn {
 public:
  void add(const Layer& layer);
  /// Of a general DAG.
  void add(const Network& network);

  /// Every engine there is, by name.
  std::vector<Taker> takers() const;

 private:
  std::vector<Layer> layers_;
  Network general_;
  uint64_t connections_ = 0;  // of what it stands for
};

}  // namespace sparsio
