// workbench: what cases of one process share, made once and kept while it is used.
// Only what is a function of its key is kept: networks, inputs, schedules and simulated counts, which are the same each
// time they are made. Nothing measured is ever reused.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "count/meter.hpp"
#include "io/line_model.hpp"
#include "net/inputs.hpp"
#include "net/network.hpp"
#include "run/theory.hpp"
#include "topo/topology.hpp"

namespace sparsio {

/// A network as cases use it: a stream of layers, held whole, or both.
class NetworkAtHand {
 public:
  explicit NetworkAtHand(NetworkSource source);
  /// Null for a general DAG.
  LayerSource* layers();
  /// Made at the first call. Unsupported above 10^8 connections, the size the model is for.
  const Network& whole();
  /// Null where whole() would throw.
  const Network* whole_if_small();
  uint32_t input_width();
  /// Layers of connections; 0 for a general DAG.
  uint64_t depth();

 private:
  NetworkSource source_;
  std::unique_ptr<LayerSource> of_network_;
  std::optional<Network> whole_;
  bool too_large_ = false;
};

/// The last few things made, by their text.
template <class Thing>
class Shelf {
 public:
  explicit Shelf(size_t size) : size_(size) {}
  const std::shared_ptr<Thing>& get(const std::string& key, const std::function<std::shared_ptr<Thing>()>& make) {
    for (auto& [text, thing] : things_)
      if (text == key) return thing;
    auto made = make();
    if (things_.size() == size_) things_.erase(things_.begin());
    return things_.emplace_back(key, std::move(made)).second;
  }

 private:
  size_t size_;
  std::vector<std::pair<std::string, std::shared_ptr<Thing>>> things_;
};

class Workbench {
 public:
  std::shared_ptr<NetworkAtHand> network(const std::string& spec, const std::string& place);
  std::shared_ptr<const Inputs> inputs(const std::string& spec, uint32_t width, const std::string& place);
  /// `memory` counts only for orders that look at it, but is always part of the key.
  std::shared_ptr<const Schedule> schedule(const std::string& network, const Network& whole, const std::string& order,
                                           uint64_t memory, const std::string& place);
  /// The machine as a team of that many threads finds it.
  const Machine& machine(uint32_t threads);
  /// Simulated counts are the same each time: `key` says what was traced and through which caches.
  Counts counts(const std::string& key, const std::function<Counts()>& count);
  LinePrediction prediction(const std::string& key, const std::function<LinePrediction()>& predict);

 private:
  Shelf<NetworkAtHand> networks_{2};
  Shelf<const Inputs> inputs_{2};
  Shelf<const Schedule> schedules_{2};
  Shelf<const InstanceBound> bounds_{64};  // of a network at a memory, the same for every order
  std::map<uint32_t, Machine> machines_;
  std::map<std::string, Counts> counts_;
  std::map<std::string, LinePrediction> predictions_;
};

}  // namespace sparsio
