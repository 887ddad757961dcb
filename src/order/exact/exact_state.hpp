// exact_state: the states between which the exact search walks, and the one kind of step it takes.
// A state is which connections are done, which neurons are held and which of those slow memory does not have as they
// are. The search decides nothing but loads and evictions, for in some optimal schedule
//   - a value that is not needed again is dropped at once;
//   - nothing is evicted before its place is needed;
//   - a connection is processed as soon as its two ends are held and its source is complete. (A residency of an
//     incomplete neuron in which no connection into it is processed can be left out. In any other the neuron changes
//     anyway, so processing one more connection now, rather than later, costs no write, and only frees places sooner.)
//     Hence an incomplete neuron that has not changed since it was loaded is never evicted;
//   - a load makes a connection of the loaded neuron possible, or is followed at once by the load of a neighbour with
//     which it does, where neither would alone (load others later, each where its first connection comes).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "net/order.hpp"

namespace sparsio {

/// Masks over connections (as the network stores them) and over connected neurons (numbered from 0).
struct ExactState {
  uint64_t done = 0;
  uint32_t held = 0;
  uint32_t dirty = 0;

  bool operator==(const ExactState&) const = default;
};

constexpr uint8_t no_neuron = 255;

/// Evict one neuron, or none, then load another.
struct ExactLoad {
  uint8_t neuron = no_neuron;
  uint8_t evicted = no_neuron;
};

/// A tiny network as masks.
class ExactModel {
 public:
  static constexpr uint32_t most_neurons = 32;
  static constexpr uint64_t most_connections = 64;
  using Renaming = std::array<uint8_t, most_neurons>;

  /// Unsupported above the limits.
  ExactModel(const Network& network, uint64_t memory);

  uint32_t neurons() const { return static_cast<uint32_t>(id_.size()); }
  uint32_t slots() const { return slots_; }
  uint64_t all_done() const { return all_; }
  /// Of the network.
  uint32_t id(uint32_t neuron) const { return id_[neuron]; }
  const Step& ends(uint32_t connection) const { return ends_[connection]; }
  uint32_t connection(uint32_t source, uint32_t target) const { return connection_[source][target]; }

  bool complete(const ExactState& state, uint32_t v) const { return (in_[v] & ~state.done) == 0; }
  bool needed(const ExactState& state, uint32_t v) const { return ((in_[v] | out_[v]) & ~state.done) != 0; }
  bool evictable(const ExactState& state, uint32_t v) const {
    return (state.held >> v & 1) != 0 && ((state.dirty >> v & 1) != 0 || complete(state, v));
  }
  /// Takes the load and processes all that is possible then, appended to `processed` if given. Returns the words moved.
  uint32_t take(ExactState& state, ExactLoad load, std::vector<uint32_t>* processed = nullptr) const;
  /// Words that any way from here to the end moves at least.
  uint32_t at_least(const ExactState& state) const;
  /// Renames twins (equal sources, equal targets) so that states equal but for twins become equal. Gives the new name
  /// of every neuron.
  Renaming canonical(ExactState& state) const;

 private:
  void find_twins();
  uint32_t process(ExactState& state, uint32_t connection) const;
  uint64_t history(const ExactState& state, uint32_t v) const;
  void set_history(ExactState& state, uint32_t v, uint64_t history) const;

  uint32_t slots_;
  uint64_t all_ = 0;
  std::vector<uint32_t> id_;
  std::vector<Step> ends_;
  std::array<uint64_t, most_neurons> in_{};
  std::array<uint64_t, most_neurons> out_{};
  std::array<bool, most_neurons> output_{};
  std::array<std::array<uint8_t, most_neurons>, most_neurons> connection_{};
  std::vector<std::vector<uint8_t>> twins_;
};

}  // namespace sparsio
