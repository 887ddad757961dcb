// kernels_fixture: kernels of one random layer, whose rows lie anywhere in a panel, and what they leave. For tests.
#pragma once

#include <memory>
#include <numeric>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "exec/kernel/kernel.hpp"
#include "exec/shared/aligned.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {

inline constexpr uint32_t rows = 300;

struct Example {
  Layer layer;
  std::vector<uint32_t> source_row;
  std::vector<uint32_t> target_row;
};

inline std::vector<uint32_t> shuffled_rows(RandomStream& random) {
  std::vector<uint32_t> list(rows);
  std::iota(list.begin(), list.end(), 0U);
  for (uint32_t k = rows - 1; k > 0; --k) std::swap(list[k], list[random.below(k + 1)]);
  return list;
}

/// Odd widths; some targets share their sources, some have none. Sources and targets never share a row.
inline Example example(uint64_t item) {
  RandomStream random(21, item);
  Example one;
  Layer& layer = one.layer;
  layer.sources = static_cast<uint32_t>(1 + random.below(140));
  layer.targets = static_cast<uint32_t>(1 + random.below(140));
  layer.activation = all_activations()[item % activation_rules.size()];
  layer.begin.assign(1, 0);
  const double density = item % 4 == 0 ? 0.9 : 0.2;
  std::vector<uint32_t> shared;
  for (uint32_t t = 0; t < layer.targets; ++t) {
    if (t % 8 == 0 || item % 2 == 0) {
      shared.clear();
      for (uint32_t s = 0; s < layer.sources; ++s)
        if (random.uniform() < density) shared.push_back(s);
    }
    if (random.below(9) > 0)
      for (const uint32_t s : shared) {
        layer.source.push_back(s);
        layer.weight.push_back(static_cast<float>(random.uniform(-0.1, 1)));
      }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(static_cast<float>(random.uniform(-0.3, 0)));
  }
  const std::vector<uint32_t> list = shuffled_rows(random);
  one.source_row.assign(list.begin(), list.begin() + layer.sources);
  one.target_row.assign(list.begin() + layer.sources, list.begin() + layer.sources + layer.targets);
  return one;
}

inline Plan plan_for(LayerSource& layers) {
  Plan plan;
  plan.layers = &layers;
  return plan;
}

/// A kind that takes rows in their order only gets them so.
inline std::unique_ptr<RowKernel> made(const KernelKind& kind, Example& one) {
  GivenLayers layers({one.layer}, one.layer.activation);
  const auto maker = kind.make(plan_for(layers), Params(kind.options, {}, "test"));
  try {
    return maker->make(one.layer, {one.source_row, one.target_row});
  } catch (const Unsupported&) {
    std::iota(one.source_row.begin(), one.source_row.end(), 0U);
    std::iota(one.target_row.begin(), one.target_row.end(), 0U);
    return maker->make(one.layer, {});
  }
}

inline bool recycles(const KernelKind& kind, const Example& one) {
  GivenLayers layers({one.layer}, one.layer.activation);
  const auto maker = kind.make(plan_for(layers), Params(kind.options, {}, "test"));
  maker->make(one.layer, {});
  return maker->recycled_rows() > 0;
}

using Panel = AlignedVector<float>;

inline Panel random_panel(uint32_t stride, RandomStream& random) {
  Panel panel(rows * stride);
  for (float& value : panel) value = random.below(2) == 0 ? 0.0F : static_cast<float>(random.uniform());
  return panel;
}

/// The panel after `kernel` has run on `x`; targets' rows begin as `before`.
inline Panel ran(const RowKernel& kernel, bool is_recycled, const Panel& x, const Panel& before, uint32_t stride,
                 uint32_t columns) {
  Panel y = is_recycled ? x : before;
  kernel.forward(is_recycled ? y.data() : x.data(), y.data(), stride, columns);
  return y;
}

}  // namespace sparsio
