// block_outputs: where the walk finds the values that a block of layers leaves behind.
// In the order in which they are computed their rows follow each other nearly everywhere, which a walk that looks
// through all of them wants: in the order of neurons each row of a radix_net would be on another page. Only a softmax,
// which adds its outputs in the order in which it finds them, must find them as in a kernel of one layer.
#pragma once

#include <vector>

#include "net/windowed_schedule.hpp"

namespace sparsio {

struct BlockOutputs {
  /// `alone` are the targets of the last layer in the order of a kernel of that layer.
  BlockOutputs(const DepthBlock& block, std::vector<uint32_t> alone) {
    const Layer& last = block.layers.back();
    std::vector<uint32_t> target = std::move(alone);
    if (last.activation.kind != ActivationKind::softmax) {
      target.clear();
      for (const UnitStep& step : block.steps) {
        if (step.layer + 1 < block.layers.size()) continue;
        const std::span<const uint32_t> targets = block.units.back().targets_of(step.unit);
        target.insert(target.end(), targets.begin(), targets.end());
      }
    }
    place.resize(target.size());
    for (const uint32_t t : target) {
      place[t] = static_cast<uint32_t>(row.size());
      row.push_back(block.row.back()[t]);
    }
  }

  std::vector<uint32_t> row;
  std::vector<uint32_t> place;  // of each target among them
};

}  // namespace sparsio
