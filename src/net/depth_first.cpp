#include "net/depth_first.hpp"

#include <algorithm>

namespace sparsio {
namespace {

/// The units that read each source of a layer.
class Readers {
 public:
  explicit Readers(const LayerUnits& layer)
      : begin_(layer.sources() + size_t{1}), unit_(layer.sources_of_all().size()) {
    for (const uint32_t s : layer.sources_of_all()) ++begin_[s + 1];
    for (size_t s = 1; s < begin_.size(); ++s) begin_[s] += begin_[s - 1];
    std::vector<uint64_t> at(begin_.begin(), begin_.end() - 1);
    for (uint32_t u = 0; u < layer.units(); ++u)
      for (const uint32_t s : layer.sources_of(u)) unit_[at[s]++] = u;
  }
  std::span<const uint32_t> of(uint32_t source) const {
    return std::span(unit_).subspan(begin_[source], begin_[source + 1] - begin_[source]);
  }

 private:
  std::vector<uint64_t> begin_;
  std::vector<uint32_t> unit_;
};

/// What is known of a layer while the order is made.
struct State {
  explicit State(const LayerUnits& layer) : readers(layer), missing(layer.units()), unread(layer.sources()) {
    for (uint32_t u = 0; u < layer.units(); ++u) missing[u] = static_cast<uint32_t>(layer.sources_of(u).size());
    for (uint32_t s = 0; s < layer.sources(); ++s) unread[s] = static_cast<uint32_t>(readers.of(s).size());
  }

  Readers readers;
  std::vector<uint32_t> missing;  // of each unit: sources not yet computed, in layer 0 inputs not yet read
  std::vector<uint32_t> unread;   // of each source: units that still have to read it
};

class Ordering {
 public:
  Ordering(std::span<const LayerUnits> layers, uint32_t most)
      : layers_(layers),
        most_(most),
        is_read_(layers.front().sources()),
        is_done_(layers.front().units()),
        is_candidate_(layers.front().units()) {
    for (const LayerUnits& layer : layers) state_.emplace_back(layer);
  }

  std::optional<DepthFirst> make() {
    for (uint32_t l = 1; l < layers_.size(); ++l)
      for (uint32_t u = 0; u < layers_[l].units(); ++u)
        if (state_[l].missing[u] == 0) ready_.push_back({l, u});
    for (uint32_t left = layers_.front().units(); left > 0 && made_.window <= most_; --left) {
      run_ready();
      const uint32_t unit = next_unit();
      is_done_[unit] = true;
      read_inputs(unit);
      run({0, unit});
    }
    run_ready();
    if (made_.window > most_) return std::nullopt;
    return std::move(made_);
  }

 private:
  void run_ready() {
    while (!ready_.empty()) {
      const UnitStep step = ready_.back();
      ready_.pop_back();
      run(step);
    }
  }

  /// Older candidates than these are hardly ever better.
  static constexpr uint32_t looked_at = 64;

  uint32_t next_unit() {
    while (!candidates_.empty() && is_done_[candidates_.back()]) candidates_.pop_back();
    uint32_t best = layers_.front().units();
    uint32_t least = UINT32_MAX;
    uint32_t seen = 0;
    for (size_t k = candidates_.size(); k-- > 0 && seen < looked_at;) {
      const uint32_t unit = candidates_[k];
      if (is_done_[unit]) continue;
      ++seen;
      if (state_.front().missing[unit] >= least) continue;
      least = state_.front().missing[unit];
      best = unit;
    }
    if (best < layers_.front().units()) return best;
    while (is_done_[first_left_]) ++first_left_;
    return first_left_;
  }

  void read_inputs(uint32_t unit) {
    for (const uint32_t s : layers_.front().sources_of(unit)) {
      if (is_read_[s]) continue;
      is_read_[s] = true;
      ++alive_;
      for (const uint32_t reader : state_.front().readers.of(s)) {
        --state_.front().missing[reader];
        if (is_candidate_[reader] || is_done_[reader]) continue;
        is_candidate_[reader] = true;
        candidates_.push_back(reader);
      }
    }
  }

  void run(UnitStep step) {
    made_.steps.push_back(step);
    const std::span<const uint32_t> targets = layers_[step.layer].targets_of(step.unit);
    alive_ += targets.size();
    made_.window = static_cast<uint32_t>(std::max<uint64_t>(made_.window, alive_));
    for (const uint32_t s : layers_[step.layer].sources_of(step.unit))
      if (--state_[step.layer].unread[s] == 0) --alive_;
    if (step.layer + 1 == layers_.size()) {
      alive_ -= targets.size();
      return;
    }
    State& next = state_[step.layer + 1];
    for (const uint32_t t : targets) {
      if (next.unread[t] == 0) --alive_;
      for (const uint32_t reader : next.readers.of(t))
        if (--next.missing[reader] == 0) ready_.push_back({step.layer + 1, reader});
    }
  }

  std::span<const LayerUnits> layers_;
  uint32_t most_;
  std::vector<State> state_;
  std::vector<bool> is_read_;         // of each input
  std::vector<bool> is_done_;         // of each unit of layer 0
  std::vector<bool> is_candidate_;    // likewise: has been put on the list
  std::vector<uint32_t> candidates_;  // units of layer 0 that read an input read already, newest last
  uint32_t first_left_ = 0;           // all units of layer 0 before it are done
  std::vector<UnitStep> ready_;       // deeper units whose sources are all there
  uint64_t alive_ = 0;
  DepthFirst made_;
};

}  // namespace

std::optional<DepthFirst> depth_first(std::span<const LayerUnits> layers, uint32_t most) {
  return Ordering(layers, most).make();
}

}  // namespace sparsio
