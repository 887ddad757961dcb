// layer_loads: what each worker of a partition does of each layer: what a prediction of its time needs, where
// part/shared/volume.hpp has sums and maxima.
#pragma once

#include <cstdint>
#include <vector>

#include "net/layer.hpp"
#include "net/partition.hpp"

namespace sparsio {

/// Of one worker in one layer; words are of one input.
struct WorkerLoad {
  uint64_t sent_words = 0;
  uint64_t sent_messages = 0;
  uint64_t received_words = 0;
  uint64_t received_messages = 0;
  uint64_t connections = 0;
};

/// By layer, then by worker; from a fresh walk of `network`.
std::vector<std::vector<WorkerLoad>> layer_loads(LayerSource& network, const Partition& partition);

}  // namespace sparsio
