// touch_chains: an order that can be changed, with every neuron's touches linked along it.
// Step p touches its source (touch 2 p) and its target (touch 2 p + 1). previous(i) and next(i) are the neighbours of a
// touch in the sequence of its neuron's touches. Putting another permutation into a window costs a few operations a
// step of the window: the chains are cut where they enter it and where they leave it, and knotted again inside.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/order.hpp"

namespace sparsio {

constexpr uint32_t no_touch = UINT32_MAX;

class TouchChains {
 public:
  /// Unsupported from 2^31 - 1 connections.
  TouchChains(uint32_t neurons, std::span<const Step> steps);

  std::span<const Step> steps() const { return steps_; }
  uint32_t previous(uint64_t touch) const { return link_[touch].previous; }
  uint32_t next(uint64_t touch) const { return link_[touch].next; }
  uint32_t neuron(uint64_t touch) const { return touch % 2 == 0 ? steps_[touch / 2].source : steps_[touch / 2].target; }
  /// Steps begin .. begin + window.size() - 1 become `window`, a permutation of them.
  void replace(uint64_t begin, std::span<const Step> window);

 private:
  struct Link {
    uint32_t previous;
    uint32_t next;
  };
  std::vector<Step> steps_;
  std::vector<Link> link_;
  std::vector<uint32_t> tail_;   // of a neuron, while chains are knotted: its latest touch so far
  std::vector<uint32_t> after_;  // of a neuron: its first touch behind the window
};

}  // namespace sparsio
