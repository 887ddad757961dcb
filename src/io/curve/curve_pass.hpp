// curve_pass: one walk over an order gives the I/Os for every fast memory (Mattson, Gecsei, Slutz, Traiger 1970).
// Under a stack algorithm the values that s slots hold are the first s places of one stack, whatever s is: a value
// found at place p is a hit with s >= p slots and a read with fewer. Four things are particular to this model:
//   - The pair of a step is pinned, so it is two accesses at once: both are looked up in the stack as it was, taken
//     out, and put on top; the pair before it is pushed down. The pair stands apart here, on places 1 and 2, and with
//     two slots (M = 3) the cache is just the pair. This holds for MIN as it stands: nothing is used sooner than now.
//   - A dead value is freed at once. It was used in this step, so it is in the pair, in every cache, and every cache
//     gets a free place: a hole in the stack. A value taken out of the depth leaves a hole too. A value pushed down
//     goes no deeper than the topmost hole, which it fills. Below everything there are only holes.
//   - Writes: between two uses a value only sinks, so when it is found at place p, every cache with fewer than p slots
//     had dropped it. Those in which it was dirty wrote it then. `dirty_from` is the smallest number of slots with
//     which the value is dirty: 2 once it is a target, p once it is found at p as a source.
//   - An output is written when it dies, by every cache in which it is dirty.
//
// A Stack holds what is not in the pair:
//   Stack(network, steps)
//   uint64_t take(neuron)                       its place, from 1; it leaves a hole there
//   void push(neuron, key)                      key = 2 * step + 1 of its last use as a source, 2 * step as a target
#pragma once

#include <array>

#include "io/policy.hpp"

namespace sparsio {

template <class Stack>
class CurvePass {
 public:
  CurvePass(const Network& network, std::span<const Step> steps)
      : network_(network), steps_(steps), neurons_(network.neurons()) {
    // No place is deeper than the neurons are many; the levels end one later.
    read_below_.resize(network.neurons() + size_t{2});
    write_change_.resize(network.neurons() + size_t{2});
    for (uint32_t v = 0; v < network.neurons(); ++v)
      neurons_[v].uses = static_cast<uint32_t>(network.in_degree(v) + network.out_degree()[v]);
  }

  MissCurve run() {
    Stack stack(network_, steps_);
    for (uint64_t k = 0; k < steps_.size(); ++k) {
      const auto [u, v] = steps_[k];
      const std::array<Use, 2> before = pair_;
      look_up(stack, u);
      look_up(stack, v);
      for (const Use& use : before)
        if (use.neuron != nobody && use.neuron != u && use.neuron != v) stack.push(use.neuron, use.key);
      neurons_[v].dirty_from = pair_slots;
      const auto key = static_cast<uint32_t>(2 * k);
      pair_ = {Use{dies(u) ? nobody : u, key + 1}, Use{dies(v) ? nobody : v, key}};
    }
    return curve();
  }

 private:
  static constexpr uint32_t nobody = UINT32_MAX;
  static constexpr uint32_t not_yet = 0;         // dirty_from of a neuron never used
  static constexpr uint32_t clean = UINT32_MAX;  // dirty_from of a neuron that slow memory has
  static constexpr uint32_t pair_slots = 2;

  struct Neuron {
    uint32_t uses = 0;  // still to come
    uint32_t dirty_from = not_yet;
  };
  struct Use {
    uint32_t neuron = nobody;
    uint32_t key = 0;
  };

  void look_up(Stack& stack, uint32_t v) {
    Neuron& neuron = neurons_[v];
    if (v == pair_[0].neuron || v == pair_[1].neuron) return;
    if (neuron.dirty_from == not_yet) {
      neuron.dirty_from = clean;
      ++first_reads_;
      return;
    }
    const auto place = static_cast<uint32_t>(pair_slots + stack.take(v));
    ++read_below_[place];
    deepest_ = std::max(deepest_, place);
    if (neuron.dirty_from >= place) return;
    ++write_change_[neuron.dirty_from];
    --write_change_[place];
    neuron.dirty_from = place;
  }

  bool dies(uint32_t v) {
    Neuron& neuron = neurons_[v];
    if (--neuron.uses > 0) return false;
    if (neuron.dirty_from != clean && network_.is_output(v)) ++write_change_[neuron.dirty_from];
    return true;
  }

  MissCurve curve() const {
    std::vector<IoCount> counts(deepest_ - pair_slots + size_t{1});
    uint64_t reads = first_reads_;
    for (uint32_t slots = deepest_; slots >= pair_slots; --slots) {
      counts[slots - pair_slots].value_reads = reads;
      reads += read_below_[slots];
    }
    int64_t writes = 0;
    for (uint32_t slots = pair_slots; slots <= deepest_; ++slots) {
      writes += write_change_[slots];
      counts[slots - pair_slots].value_writes = static_cast<uint64_t>(writes);
    }
    return MissCurve(std::move(counts));
  }

  const Network& network_;
  std::span<const Step> steps_;
  std::vector<Neuron> neurons_;
  std::array<Use, 2> pair_;            // the source and the target of the last step, older first
  std::vector<uint64_t> read_below_;   // [p]: uses found at place p
  std::vector<int64_t> write_change_;  // writes with s slots: the sum up to s
  uint64_t first_reads_ = 0;
  uint32_t deepest_ = pair_slots;
};

}  // namespace sparsio
