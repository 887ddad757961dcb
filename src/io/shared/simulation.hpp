// simulation: the I/O model of Gleinig, Ben-Nun, Hoefler 2023 run over an order (io/MODEL.md, 1 and 3).
// M - 1 slots hold neurons, one holds the weight of the step. A step loads its source, loads its target, then touches
// source and target; the pair is pinned. A value that is not needed again is freed at once, under every policy. A
// neuron is dirty while its slot holds something slow memory does not: an accumulator changed since it was loaded.
// Evicting a dirty neuron writes it; finishing an output writes it; a hidden neuron that feeds nothing is never
// written.
//
// A Policy remembers slots, not neurons:
//   Policy(network, steps, slots)
//   void load(slot, neuron, key)   the slot, free until now, gets a neuron      key = 2 * step + 1 for the source,
//   void touch(slot, key)          the neuron in the slot is used                     2 * step for the target
//   void free(slot)                the neuron in the slot is dead
//   uint32_t victim(pinned)        the slot to evict, never `pinned`; it is loaded next
// so one indirect call is made a simulation and none an access.
#pragma once

#include <algorithm>
#include <vector>

#include "io/policy.hpp"

namespace sparsio {

constexpr uint32_t no_slot = UINT32_MAX;

template <class Policy>
class Simulation {
 public:
  Simulation(const Network& network, std::span<const Step> steps, uint64_t memory)
      : network_(network), steps_(steps), neurons_(network.neurons()) {
    for (uint32_t v = 0; v < network.neurons(); ++v)
      neurons_[v].uses = static_cast<uint32_t>(network.in_degree(v) + network.out_degree()[v]);
    const uint64_t useful = std::min<uint64_t>(memory - 1, uint64_t{network.neurons()} + 1);
    slots_ = static_cast<uint32_t>(useful);
    in_slot_.resize(slots_);
  }

  IoCount run() {
    Policy policy(network_, steps_, slots_);
    for (uint64_t k = 0; k < steps_.size(); ++k) {
      const auto [u, v] = steps_[k];
      const uint64_t target_key = 2 * k;
      const uint32_t source_slot = hold(policy, u, neurons_[v].slot, target_key + 1);
      const uint32_t target_slot = hold(policy, v, source_slot, target_key);
      policy.touch(source_slot, target_key + 1);
      policy.touch(target_slot, target_key);
      neurons_[v].dirty = 1;
      release_if_dead(policy, u);
      release_if_dead(policy, v);
    }
    return count_;
  }

 private:
  struct Neuron {
    uint32_t slot = no_slot;
    uint32_t uses : 31 = 0;  // touches still to come
    uint32_t dirty : 1 = 0;
  };

  uint32_t hold(Policy& policy, uint32_t v, uint32_t pinned, uint64_t key) {
    if (neurons_[v].slot != no_slot) return neurons_[v].slot;
    ++count_.value_reads;
    uint32_t slot;
    if (!free_.empty()) {
      slot = free_.back();
      free_.pop_back();
    } else if (used_ < slots_) {
      slot = used_++;
    } else {
      slot = policy.victim(pinned);
      Neuron& evicted = neurons_[in_slot_[slot]];
      count_.value_writes += evicted.dirty;
      evicted.dirty = 0;
      evicted.slot = no_slot;
    }
    in_slot_[slot] = v;
    neurons_[v].slot = slot;
    policy.load(slot, v, key);
    return slot;
  }

  void release_if_dead(Policy& policy, uint32_t v) {
    Neuron& neuron = neurons_[v];
    if (--neuron.uses > 0) return;
    if (neuron.dirty && network_.is_output(v)) ++count_.value_writes;
    policy.free(neuron.slot);
    free_.push_back(neuron.slot);
    neuron.slot = no_slot;
  }

  const Network& network_;
  std::span<const Step> steps_;
  std::vector<Neuron> neurons_;
  std::vector<uint32_t> in_slot_;  // the neuron in each slot
  std::vector<uint32_t> free_;     // slots whose neuron died
  uint32_t slots_ = 0;
  uint32_t used_ = 0;  // slots that were ever used
  IoCount count_;
};

template <class Policy>
IoCount simulate(const Network& network, std::span<const Step> steps, uint64_t memory) {
  return Simulation<Policy>(network, steps, memory).run();
}

}  // namespace sparsio
