// miss_ledger: the I/Os of an order as a sum over missed touches, so that a touch can change its mind.
// Reads are the misses. A neuron is written when it is evicted after its accumulator changed, and it is missed at its
// next touch. All touches of a neuron as a target come before all as a source, so
//   - a missed touch as a target, unless it is the first of its neuron, follows one write;
//   - the missed touches as a source of a neuron that is computed follow one write together, before the first of them;
//   - an output is written once when it is finished, and is no source.
// Nothing else is written, so the count needs no state of a cache, under any policy.
#pragma once

#include <cstdint>
#include <vector>

#include "io/policy.hpp"

namespace sparsio {

/// Which of the two touches of a step missed.
using Misses = uint8_t;
constexpr Misses source_missed = 1;
constexpr Misses target_missed = 2;

class MissLedger {
 public:
  explicit MissLedger(const Network& network)
      : source_misses_(network.neurons(), 0), computed_(network.neurons()), outputs_(network.facts().outputs) {
    for (uint32_t v = 0; v < network.neurons(); ++v) computed_[v] = network.in_degree(v) > 0;
    first_targets_ = network.facts().neurons - network.facts().inputs;
  }

  void enter(const Step& step, Misses misses) {
    if (misses & source_missed) {
      ++reads_;
      spilled_ += source_misses_[step.source]++ == 0 && computed_[step.source];
    }
    if (misses & target_missed) ++reads_, ++target_misses_;
  }
  void strike(const Step& step, Misses misses) {
    if (misses & source_missed) {
      --reads_;
      spilled_ -= --source_misses_[step.source] == 0 && computed_[step.source];
    }
    if (misses & target_missed) --reads_, --target_misses_;
  }
  IoCount count() const { return {reads_, target_misses_ - first_targets_ + spilled_ + outputs_}; }

 private:
  std::vector<uint32_t> source_misses_;
  std::vector<uint8_t> computed_;
  uint64_t reads_ = 0;
  uint64_t target_misses_ = 0;
  uint64_t spilled_ = 0;  // computed neurons missed as a source
  uint64_t first_targets_ = 0;
  uint64_t outputs_ = 0;
};

}  // namespace sparsio
