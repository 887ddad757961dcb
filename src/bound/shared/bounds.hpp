// bounds: how much data must move, and how much suffices (Gleinig, Ben-Nun, Hoefler 2023, theorem on 2-optimality).
// Lower: every weight, bias and input is read once and every output written once, W + N + S. Upper: neuron by neuron,
// each source read a connection, each value written once, 2 (W + N - I). Both hold for any connected network and M
// >= 3.
#pragma once

#include "net/network.hpp"

namespace sparsio {

struct Bounds {
  uint64_t lower_reads;
  uint64_t lower_writes;
  uint64_t upper_reads;
  uint64_t upper_writes;

  uint64_t lower() const { return lower_reads + lower_writes; }
  uint64_t upper() const { return upper_reads + upper_writes; }
};

/// In words.
inline Bounds bounds(const NetworkFacts& network) {
  return {network.connections + network.neurons, network.outputs,
          2 * network.connections + network.neurons - network.inputs, network.neurons - network.inputs};
}

}  // namespace sparsio
