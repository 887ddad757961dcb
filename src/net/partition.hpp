// partition: which worker owns which neuron.
#pragma once

#include <cstdint>
#include <vector>

namespace sparsio {

/// The owner of a neuron holds the weights of its in-connections (its row of the layer's matrix), computes its value
/// and sends it to the parts that read it.
struct Partition {
  uint32_t parts = 0;
  std::vector<std::vector<uint32_t>> owner;  // of each neuron, level by level, the inputs first: 0 .. parts - 1
};

}  // namespace sparsio
