#include "order/anneal/touch_chains.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sparsio {

TouchChains::TouchChains(uint32_t neurons, std::span<const Step> steps)
    : steps_(steps.begin(), steps.end()), tail_(neurons, no_touch), after_(neurons, no_touch) {
  if (steps.size() >= uint64_t{1} << 31) throw Unsupported("an order is annealed up to 2^31 - 1 connections");
  link_.resize(2 * steps.size());
  for (uint64_t touch = 0; touch < link_.size(); ++touch) {
    uint32_t& tail = tail_[neuron(touch)];
    link_[touch] = {tail, no_touch};
    if (tail != no_touch) link_[tail].next = static_cast<uint32_t>(touch);
    tail = static_cast<uint32_t>(touch);
  }
}

void TouchChains::replace(uint64_t begin, std::span<const Step> window) {
  const uint64_t first = 2 * begin;
  const uint64_t end = first + 2 * window.size();
  for (uint64_t touch = first; touch < end; ++touch) {
    const uint32_t v = neuron(touch);
    const Link link = link_[touch];
    if (link.previous == no_touch || link.previous < first) tail_[v] = link.previous;
    if (link.next >= end) after_[v] = link.next;  // no_touch too
  }
  std::copy(window.begin(), window.end(), steps_.begin() + static_cast<int64_t>(begin));
  for (uint64_t touch = first; touch < end; ++touch) {
    const uint32_t v = neuron(touch);
    const uint32_t tail = tail_[v];
    // Until a later touch of the window says otherwise, the neuron leaves the window here.
    link_[touch] = {tail, after_[v]};
    if (tail != no_touch) link_[tail].next = static_cast<uint32_t>(touch);
    if (after_[v] != no_touch) link_[after_[v]].previous = static_cast<uint32_t>(touch);
    tail_[v] = static_cast<uint32_t>(touch);
  }
}

}  // namespace sparsio
