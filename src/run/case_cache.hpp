// cache: what cases of one process share, made once and kept while it is used.
// Only what is a function of its key is kept: networks, inputs, schedules and simulated counts, which are the same each
// time they are made. Nothing measured is ever reused.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "count/meter.hpp"
#include "io/lines/line_model.hpp"
#include "net/inputs.hpp"
#include "net/network.hpp"
#include "run/theory.hpp"
#include "topo/topology.hpp"

namespace sparsio {

/// The size that the model is for.
constexpr uint64_t most_connections_held = 100'000'000;

/// A network as cases use it: a stream of layers, held whole, or both.
class NetworkAtHand {
 public:
  explicit NetworkAtHand(NetworkSource source);
  /// Null for a general DAG.
  LayerSource* layers();
  /// Made at the first call. Unsupported above most_connections_held.
  const Network& whole();
  /// Null where whole() would throw.
  const Network* whole_if_small();
  uint32_t input_width();
  uint32_t output_width();
  /// Layers of connections; 0 for a general DAG.
  uint64_t depth();

 private:
  NetworkSource source_;
  std::unique_ptr<LayerSource> of_network_;
  std::optional<Network> whole_;
  bool too_large_ = false;
};

/// The last few things made, by their text: as many as `size`, and beyond the last one not more than `room` units of
/// them, by `units`.
template <class Thing>
class Kept {
 public:
  using Units = uint64_t (*)(const Thing& thing);
  explicit Kept(
      size_t size, Units units = [](const Thing&) { return uint64_t{0}; }, uint64_t room = 0)
      : size_(size), units_(units), room_(room) {}
  const std::shared_ptr<Thing>& get(const std::string& key, const std::function<std::shared_ptr<Thing>()>& make) {
    for (auto& [text, thing] : things_)
      if (text == key) return thing;
    auto made = make();
    uint64_t used = 0;
    for (const auto& [text, thing] : things_) used += units_(*thing);
    while (!things_.empty() && (things_.size() >= size_ || used + units_(*made) > room_)) {
      used -= units_(*things_.front().second);
      things_.erase(things_.begin());
    }
    return things_.emplace_back(key, std::move(made)).second;
  }

 private:
  size_t size_;
  Units units_;
  uint64_t room_;
  std::vector<std::pair<std::string, std::shared_ptr<Thing>>> things_;
};

class CaseCache {
 public:
  std::shared_ptr<NetworkAtHand> network(const std::string& spec, const std::string& place);
  std::shared_ptr<const Inputs> inputs(const std::string& spec, uint32_t width, const std::string& place);
  /// The class of each input.
  std::shared_ptr<const std::vector<uint32_t>> labels(const std::string& spec, const std::string& place);
  /// `memory` counts only for orders that look at it, but is always part of the key.
  std::shared_ptr<const Schedule> schedule(const std::string& network, const Network& whole, const std::string& order,
                                           uint64_t memory, const std::string& place);
  /// The order alone, for who executes it: no bound is proved.
  std::shared_ptr<const Order> order(const std::string& network, const Network& whole, const std::string& order,
                                     uint64_t memory, const std::string& place);
  /// The machine as a team of that many threads finds it.
  const Machine& machine(uint32_t threads);
  /// Simulated counts are the same each time: `key` says what was traced and through which caches.
  Counts counts(const std::string& key, const std::function<Counts()>& count);
  LinePrediction prediction(const std::string& key, const std::function<LinePrediction()>& predict);

 private:
  Kept<NetworkAtHand> networks_{2};
  Kept<const Inputs> inputs_{2};
  Kept<const std::vector<uint32_t>> labels_{2};
  // Cases that take turns come back to their schedules: many small ones are kept, or one large one.
  Kept<const Schedule> schedules_{64, [](const Schedule& one) { return uint64_t{one.steps.size()}; }, 50'000'000};
  Kept<const Order> orders_{4};
  Kept<const InstanceBound> bounds_{64};       // of a network at a memory, the same for every order
  Kept<std::optional<PairChains>> chains_{2};  // what bounds of a network have in common
  std::map<uint32_t, Machine> machines_;
  std::map<std::string, Counts> counts_;
  std::map<std::string, LinePrediction> predictions_;
};

}  // namespace sparsio
