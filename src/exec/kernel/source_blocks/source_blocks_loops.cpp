// The idea: compressed sparse rows load each source's vectors from wherever the panel is, and for a thousand neurons
// that is the L2, which gives one vector a cycle at best where the L1 gives two. So sources are taken in blocks that
// fit the L1 on a strip of four vectors, and every target's sum visits memory once a block instead.
#include "exec/kernel/source_blocks/source_blocks_loops.hpp"

#include <algorithm>

#include "exec/walk/panel_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/kernel/source_blocks/source_blocks_loops.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

template <size_t vectors>
HWY_NOINLINE void Strip(const BlockedLayer& layer, const float* x, float* y, size_t stride) {
  const Floats f;
  const size_t lanes = hn::Lanes(f);
  for (uint32_t t = 0; t < layer.targets; ++t)
    for (size_t v = 0; v < vectors; ++v) hn::StoreU(hn::Zero(f), f, y + layer.row_of(t) * stride + v * lanes);
  const CsrConnection* c = layer.connection.data();
  for (const BlockedRow& row : layer.row) {
    float* const out = y + row.target * stride;
    Vector sum[vectors];
#pragma GCC unroll 4
    for (size_t v = 0; v < vectors; ++v) sum[v] = hn::LoadU(f, out + v * lanes);
    for (const CsrConnection* const end = c + row.count; c != end; ++c) {
      const Vector weight = hn::Set(f, c->weight);
      const float* const from = x + c->source * stride;
#pragma GCC unroll 4
      for (size_t v = 0; v < vectors; ++v) sum[v] = hn::MulAdd(weight, hn::LoadU(f, from + v * lanes), sum[v]);
    }
#pragma GCC unroll 4
    for (size_t v = 0; v < vectors; ++v) hn::StoreU(sum[v], f, out + v * lanes);
  }
}

void Blocked(const BlockedLayer& layer, const float* x, float* y, uint32_t stride, uint32_t columns) {
  constexpr void (*strips[])(const BlockedLayer&, const float*, float*, size_t) = {Strip<1>, Strip<2>, Strip<3>,
                                                                                   Strip<4>};
  const size_t lanes = hn::Lanes(Floats());
  for (size_t left = (columns + lanes - 1) / lanes; left > 0;) {
    const size_t vectors = std::min<size_t>(left, layer.strip_vectors);
    strips[vectors - 1](layer, x, y, stride);
    x += vectors * lanes;
    y += vectors * lanes;
    left -= vectors;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sparsio {

HWY_EXPORT(Blocked);

namespace {

/// Connections that a target has in a block, at least, to be worth fetching its sum for.
constexpr double least_connections = 3;

uint32_t strip_for(const Layer& layer) {
  const double possible = static_cast<double>(layer.sources) * layer.targets;
  const double density = possible > 0 ? static_cast<double>(layer.connections()) / possible : 0;
  uint32_t vectors = BlockedLayer::most_vectors;
  const double block = static_cast<double>(BlockedLayer::block_bytes) / (4.0 * simd_lanes());
  while (vectors > 2 && density * block / vectors < least_connections) vectors /= 2;
  return vectors;
}

}  // namespace

BlockedLayer block_sources(const Layer& layer, std::span<const uint32_t> source_row,
                           std::span<const uint32_t> target_row) {
  BlockedLayer made;
  made.target_row.assign(target_row.begin(), target_row.end());
  const auto row_of = [&](uint32_t s) { return source_row.empty() ? s : source_row[s]; };
  made.targets = layer.targets;
  made.strip_vectors = strip_for(layer);
  const uint64_t block_sources = BlockedLayer::block_bytes / (uint64_t{4} * simd_lanes() * made.strip_vectors);
  made.bias.assign(layer.bias.begin(), layer.bias.end());
  made.connection.reserve(layer.connections());
  std::vector<uint64_t> at(layer.begin.begin(), layer.begin.end() - 1);
  for (uint64_t first = 0; first < layer.sources; first += block_sources) {
    const uint64_t last = first + block_sources;
    std::vector<BlockedRow> rows;
    for (uint32_t t = 0; t < layer.targets; ++t) {
      uint64_t k = at[t];
      while (k < layer.begin[t + 1] && layer.source[k] < last) ++k;
      if (k > at[t]) rows.push_back({t, static_cast<uint32_t>(k - at[t])});
    }
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.count < b.count; });
    for (BlockedRow& row : rows) {
      for (uint32_t k = 0; k < row.count; ++k, ++at[row.target])
        made.connection.push_back({row_of(layer.source[at[row.target]]), layer.weight[at[row.target]]});
      row.target = static_cast<uint32_t>(made.row_of(row.target));
    }
    made.row.insert(made.row.end(), rows.begin(), rows.end());
  }
  made.row.shrink_to_fit();
  return made;
}

void blocked_layer(const BlockedLayer& layer, const float* x, float* y, uint32_t stride, uint32_t columns) {
  HWY_DYNAMIC_DISPATCH(Blocked)(layer, x, y, stride, columns);
}

}  // namespace sparsio
#endif
