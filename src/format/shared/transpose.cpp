#include "format/shared/transpose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/error.hpp"

namespace sparsio {
namespace {

/// Entries by target, stably: a counting sort.
Layer bucketed(uint32_t sources, uint32_t targets, const std::vector<uint32_t>& source,
               const std::vector<uint32_t>& target, const std::vector<float>& weight) {
  Layer layer;
  layer.sources = sources;
  layer.targets = targets;
  layer.begin.assign(targets + size_t{1}, 0);
  for (const uint32_t t : target) ++layer.begin[t + size_t{1}];
  std::partial_sum(layer.begin.begin(), layer.begin.end(), layer.begin.begin());
  layer.source.resize(source.size());
  layer.weight.resize(source.size());
  std::vector<uint64_t> fill(layer.begin.begin(), layer.begin.end() - 1);
  for (size_t k = 0; k < source.size(); ++k) {
    const uint64_t at = fill[target[k]]++;
    layer.source[at] = source[k];
    layer.weight[at] = weight.empty() ? 0.0F : weight[k];
  }
  return layer;
}

}  // namespace

Layer transposed(const Layer& layer) {
  std::vector<uint32_t> target(layer.source.size());
  for (uint32_t t = 0; t < layer.targets; ++t)
    std::fill(target.begin() + static_cast<int64_t>(layer.begin[t]),
              target.begin() + static_cast<int64_t>(layer.begin[t + 1]), t);
  return bucketed(layer.targets, layer.sources, target, layer.source, layer.weight);
}

void sort_rows(Layer& layer) {
  std::vector<std::pair<uint32_t, float>> row;
  for (uint32_t t = 0; t < layer.targets; ++t) {
    const uint64_t first = layer.begin[t];
    const uint64_t last = std::min<uint64_t>(layer.begin[t + 1], layer.source.size());
    if (first >= last) continue;
    const auto begin = layer.source.begin();
    if (std::is_sorted(begin + static_cast<int64_t>(first), begin + static_cast<int64_t>(last))) continue;
    row.clear();
    for (uint64_t k = first; k < last; ++k) row.emplace_back(layer.source[k], layer.weight[k]);
    std::stable_sort(row.begin(), row.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (uint64_t k = first; k < last; ++k) std::tie(layer.source[k], layer.weight[k]) = row[k - first];
  }
}

Layer layer_of(uint32_t sources, uint32_t targets, const std::vector<uint32_t>& source,
               const std::vector<uint32_t>& target, const std::vector<float>& weight) {
  Layer layer = bucketed(sources, targets, source, target, weight);
  sort_rows(layer);
  return layer;
}

Layer only_layer(NetworkSource& network, std::string_view format, const std::string& path) {
  const Network* whole = std::get_if<Network>(&network);
  if (whole != nullptr && whole->layer_begin().empty())
    throw BadInput(path, fmt::format("the network has no layers, a {} file is one layer", format),
                   "write it as .edges, .mtx or .h5");
  const std::unique_ptr<LayerSource> view = whole != nullptr ? layered(*whole) : nullptr;
  LayerSource& layers = view ? *view : *std::get<std::unique_ptr<LayerSource>>(network);
  if (layers.layers() != 1)
    throw BadInput(path, fmt::format("{} layers, a {} file is one", layers.layers(), format), "write it as .h5");
  Layer layer;
  layers.restart();
  layers.next(layer);
  layers.restart();
  return layer;
}

}  // namespace sparsio
