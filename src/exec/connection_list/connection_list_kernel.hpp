// connection_list_kernel: connections in any order, one after the other, on one panel.
#pragma once

#include <cstdint>
#include <span>

#include "net/activation.hpp"

namespace sparsio {

/// A step as `connection_list` stores it: 12 bytes. The top bits of `target` say whether the step is the first or the
/// last into its target.
struct ListedConnection {
  static constexpr uint32_t first = 1U << 31;
  static constexpr uint32_t last = 1U << 30;
  static constexpr uint32_t id = last - 1;

  uint32_t source;
  uint32_t target;
  float weight;
};

/// value[target] += weight * value[source] for each connection in sequence; an accumulator starts as the bias, the
/// activation, one of each neuron or one for all, is applied after the last. Rows of `value` are `stride` floats apart,
/// `columns` of them in use.
void run_connections(std::span<const ListedConnection> connections, std::span<const float> bias,
                     std::span<const Activation> activations, float* value, uint32_t stride, uint32_t columns);

}  // namespace sparsio
