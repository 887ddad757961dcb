// moves: small changes of an order that keep it valid.
// Every move carries steps along the order until they may go no farther: towards the end, a step (u, v) may not pass a
// step with source v; towards the front, not one with target u. Four kinds, each in either direction:
//   one      a step by a distance, short ones more often than long ones (log-uniform, up to the window)
//   run      the run of neighbouring steps with its source, or with its target, the same way
//   pair     a step to the nearest one within the window that has its source, or its target, and is not its neighbour
//   gather   all steps of the window with its source, or its target, to the last of them
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "net/order.hpp"

namespace sparsio {

/// Steps begin .. begin + from.size() - 1 of the order become its steps from[0], from[1], ...
struct Move {
  uint64_t begin = 0;
  std::vector<uint32_t> from;
};

class Mover {
 public:
  /// No step goes farther than `window` >= 1 steps.
  Mover(uint32_t neurons, uint64_t window) : window_(window), mark_(neurons, 0) {}

  /// A random move of a valid order; empty if the one drawn changes nothing. Valid until the next call.
  const Move& draw(std::span<const Step> steps, RandomStream& random);

 private:
  struct Carry;
  void carry(std::span<const Step> steps, const Carry& what);
  uint64_t distance(RandomStream& random) const;

  uint64_t window_;
  std::vector<uint64_t> mark_;  // of a neuron that may not be passed: the number of the draw
  uint64_t draws_ = 0;
  std::vector<uint32_t> carried_;
  std::vector<uint32_t> passed_;
  Move move_;
};

}  // namespace sparsio
