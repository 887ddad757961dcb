// exact_schedule: the least that any schedule of a tiny network moves, with a schedule that moves no more.
#pragma once

#include <vector>

#include "net/order.hpp"

namespace sparsio {

/// Before step `step`, `evicted` (the network's id; no_eviction for none) leaves fast memory and `neuron` enters it.
/// Values that are not needed again leave by themselves.
struct ScheduledLoad {
  static constexpr uint32_t no_eviction = UINT32_MAX;
  uint64_t step;
  uint32_t neuron;
  uint32_t evicted;
};

struct ExactSchedule {
  Order order;
  std::vector<ScheduledLoad> loads;  // by step
  uint64_t value_reads = 0;          // words; every weight is read once on top
  uint64_t value_writes = 0;
  uint64_t states = 0;  // that the search met
};

/// A* over the states of exact_state.hpp. Least reads + writes with `memory` >= 3 words; Unsupported for a network
/// above 32 neurons or 64 connections, or where more than `most_states` (about 50 bytes each) would be met.
ExactSchedule exact_schedule(const Network& network, uint64_t memory, uint64_t most_states);

}  // namespace sparsio
