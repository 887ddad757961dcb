#include "order/exact/exact_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>

#include "base/error.hpp"

namespace sparsio {

ExactModel::ExactModel(const Network& network, uint64_t memory)
    : slots_(static_cast<uint32_t>(std::min<uint64_t>(memory - 1, most_neurons))) {
  const NetworkFacts& facts = network.facts();
  if (facts.neurons > most_neurons || facts.connections > most_connections)
    throw Unsupported(fmt::format("exact takes networks of up to {} neurons and {} connections, this has {} and {}",
                                  most_neurons, most_connections, facts.neurons, facts.connections));
  std::vector<uint32_t> number(network.neurons());
  for (uint32_t v = 0; v < network.neurons(); ++v) {
    if (network.in_degree(v) + network.out_degree()[v] == 0) continue;
    number[v] = static_cast<uint32_t>(id_.size());
    output_[id_.size()] = network.is_output(v);
    id_.push_back(v);
  }
  for (const auto& [source, target] : steps(network, Order())) {
    const auto k = static_cast<uint32_t>(ends_.size());
    ends_.push_back({number[source], number[target]});
    out_[number[source]] |= uint64_t{1} << k;
    in_[number[target]] |= uint64_t{1} << k;
    connection_[number[source]][number[target]] = static_cast<uint8_t>(k);
    all_ |= uint64_t{1} << k;
  }
  find_twins();
}

void ExactModel::find_twins() {
  std::map<std::vector<uint32_t>, std::vector<uint8_t>> classes;
  for (uint32_t v = 0; v < neurons(); ++v) {
    std::vector<uint32_t> neighbours = {output_[v] ? 1U : 0U};
    for (uint64_t left = in_[v]; left != 0; left &= left - 1)
      neighbours.push_back(ends_[std::countr_zero(left)].source);
    neighbours.push_back(most_neurons);
    for (uint64_t left = out_[v]; left != 0; left &= left - 1)
      neighbours.push_back(ends_[std::countr_zero(left)].target);
    classes[neighbours].push_back(static_cast<uint8_t>(v));
  }
  for (const auto& [neighbours, members] : classes)
    if (members.size() > 1) twins_.push_back(members);
}

/// Marks the connection done and drops what is not needed any more. Returns the words written.
uint32_t ExactModel::process(ExactState& state, uint32_t connection) const {
  const auto [u, v] = ends_[connection];
  state.done |= uint64_t{1} << connection;
  state.dirty |= 1U << v;
  uint32_t words = 0;
  for (const uint32_t x : {u, v}) {
    if (needed(state, x)) continue;
    if (output_[x]) words += state.dirty >> x & 1;
    state.held &= ~(1U << x);
    state.dirty &= ~(1U << x);
  }
  return words;
}

uint32_t ExactModel::take(ExactState& state, ExactLoad load, std::vector<uint32_t>* processed) const {
  uint32_t words = 1;
  if (load.evicted != no_neuron) {
    words += state.dirty >> load.evicted & 1;
    state.held &= ~(1U << load.evicted);
    state.dirty &= ~(1U << load.evicted);
  }
  const uint32_t x = load.neuron;
  state.held |= 1U << x;
  std::array<uint8_t, most_neurons> ready{};  // complete neurons whose out-connections are to be looked at
  uint32_t end = 0;
  const auto run = [&](uint32_t k) {
    words += process(state, k);
    if (processed != nullptr) processed->push_back(k);
    const uint32_t v = ends_[k].target;
    if (complete(state, v)) ready[end++] = static_cast<uint8_t>(v);
  };
  if (complete(state, x)) ready[end++] = static_cast<uint8_t>(x);
  for (uint64_t left = in_[x] & ~state.done; left != 0; left &= left - 1) {
    const auto k = static_cast<uint32_t>(std::countr_zero(left));
    const uint32_t u = ends_[k].source;
    if ((state.held >> u & 1) != 0 && complete(state, u)) run(k);
  }
  for (uint32_t i = 0; i < end; ++i)
    for (uint64_t left = out_[ready[i]] & ~state.done; left != 0; left &= left - 1) {
      const auto k = static_cast<uint32_t>(std::countr_zero(left));
      if ((state.held >> ends_[k].target & 1) != 0) run(k);
    }
  return words;
}

uint32_t ExactModel::at_least(const ExactState& state) const {
  // One read for each neuron needed and not held, one write for each output to come.
  // Repeated reads, the larger of two counts. A read makes at most slots - 1 connections possible, and none more than
  // the neuron still has; connections beyond need further reads. And before any neuron dies, some neuron and all its
  // neighbours to come must have been held: reads that find no free place put out neurons that are needed again.
  uint32_t words = 0;
  uint32_t possible = 0;
  uint32_t most = 0;
  uint32_t before_death = UINT32_MAX;
  bool is_clean_held = false;
  const uint64_t rest = all_ & ~state.done;
  uint64_t apart = 0;
  for (uint32_t v = 0; v < neurons(); ++v) {
    const uint64_t own = (in_[v] | out_[v]) & rest;
    if (own == 0) continue;
    if (output_[v]) ++words;
    const auto share = std::min<uint32_t>(static_cast<uint32_t>(std::popcount(own)), slots_ - 1);
    most = std::max(most, share);
    uint32_t to_read = 0;
    for (uint64_t left = own; left != 0; left &= left - 1) {
      const auto [source, target] = ends_[std::countr_zero(left)];
      to_read += ~state.held >> (source == v ? target : source) & 1;
    }
    if ((state.held >> v & 1) != 0) {
      is_clean_held = is_clean_held || (state.dirty >> v & 1) == 0;
    } else {
      ++words;
      ++to_read;
      possible += share;
      apart |= own;
    }
    before_death = std::min(before_death, to_read);
  }
  if (rest == 0) return words;
  const auto wanted = static_cast<uint32_t>(std::popcount(apart));
  uint32_t repeats = wanted > possible ? (wanted - possible + most - 1) / most : 0;
  const uint32_t free = slots_ - static_cast<uint32_t>(std::popcount(state.held));
  if (before_death > free) {
    repeats = std::max(repeats, before_death - free);
    if (free == 0 && !is_clean_held) ++words;  // the first to be put out is written
  }
  return words + repeats;
}

/// All that a state says of a neuron: 2 bits, then its in-connections, then its out-connections.
uint64_t ExactModel::history(const ExactState& state, uint32_t v) const {
  uint64_t result = (state.held >> v & 1) | (state.dirty >> v & 1) << 1;
  for (const uint64_t mask : {in_[v], out_[v]})
    for (uint64_t left = mask; left != 0; left &= left - 1)
      result = result << 1 | (state.done >> std::countr_zero(left) & 1);
  return result;
}

void ExactModel::set_history(ExactState& state, uint32_t v, uint64_t history) const {
  uint32_t at = static_cast<uint32_t>(std::popcount(in_[v]) + std::popcount(out_[v]));
  const uint64_t now = history >> at;
  state.held = (state.held & ~(1U << v)) | static_cast<uint32_t>(now & 1) << v;
  state.dirty = (state.dirty & ~(1U << v)) | static_cast<uint32_t>(now >> 1 & 1) << v;
  for (const uint64_t mask : {in_[v], out_[v]})
    for (uint64_t left = mask; left != 0; left &= left - 1) {
      const uint64_t bit = left & -left;
      state.done = (history >> --at & 1) != 0 ? state.done | bit : state.done & ~bit;
    }
}

ExactModel::Renaming ExactModel::canonical(ExactState& state) const {
  Renaming names;
  for (uint32_t v = 0; v < most_neurons; ++v) names[v] = static_cast<uint8_t>(v);
  for (const auto& members : twins_) {
    std::array<std::pair<uint64_t, uint8_t>, most_neurons> histories;
    for (size_t i = 0; i < members.size(); ++i) histories[i] = {history(state, members[i]), members[i]};
    const auto end = histories.begin() + static_cast<std::ptrdiff_t>(members.size());
    if (std::is_sorted(histories.begin(), end)) continue;
    std::sort(histories.begin(), end);
    for (size_t i = 0; i < members.size(); ++i) {
      set_history(state, members[i], histories[i].first);
      names[histories[i].second] = members[i];
    }
  }
  return names;
}

}  // namespace sparsio
