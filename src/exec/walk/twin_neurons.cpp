#include "exec/walk/twin_neurons.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>

namespace sparsio {
namespace {

/// A target's connections from kept neurons, ascending by source.
struct Row {
  std::vector<uint32_t> source;
  std::vector<float> weight;
  float bias = 0;

  bool operator==(const Row&) const = default;
};

uint64_t hash_of(const Row& row) {
  uint64_t hash = std::bit_cast<uint32_t>(row.bias + 0.0F);
  const auto take = [&](uint32_t word) { hash = (std::rotl(hash, 5) ^ word) * 0x9E3779B97F4A7C15; };
  for (const uint32_t v : row.source) take(v);
  for (const float w : row.weight) take(std::bit_cast<uint32_t>(w + 0.0F));  // -0 equals 0
  return hash;
}

}  // namespace

Layer TwinNeurons::merge(const Layer& layer) {
  const auto kept = [&](uint32_t source) { return kept_of_.empty() ? source : kept_of_[source]; };
  Layer merged;
  merged.sources = kept_of_.empty() ? layer.sources : *std::max_element(kept_of_.begin(), kept_of_.end()) + 1;
  merged.begin.assign(1, 0);
  merged.activation = layer.activation;
  // Of a softmax every output counts.
  const bool is_whole = layer.activation.kind == ActivationKind::softmax;
  std::vector<Row> rows;
  std::unordered_multimap<uint64_t, uint32_t> by_hash;
  std::vector<uint32_t> kept_of(layer.targets);
  std::vector<std::pair<uint32_t, float>> list;
  for (uint32_t t = 0; t < layer.targets; ++t) {
    list.clear();
    for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k)
      list.emplace_back(kept(layer.source[k]), layer.weight[k]);
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Row row;
    row.bias = layer.bias[t];
    for (size_t k = 0; k < list.size();) {
      const uint32_t source = list[k].first;
      double sum = 0;
      for (; k < list.size() && list[k].first == source; ++k) sum += double{list[k].second};
      row.source.push_back(source);
      row.weight.push_back(static_cast<float>(sum));
    }
    const uint64_t hash = hash_of(row);
    const auto [first, last] = by_hash.equal_range(hash);
    const auto found = std::find_if(first, last, [&](const auto& entry) { return rows[entry.second] == row; });
    if (found != last && !is_whole) {
      kept_of[t] = found->second;
      continue;
    }
    kept_of[t] = static_cast<uint32_t>(rows.size());
    by_hash.emplace(hash, kept_of[t]);
    rows.push_back(std::move(row));
  }
  merged.targets = static_cast<uint32_t>(rows.size());
  for (const Row& row : rows) {
    merged.source.insert(merged.source.end(), row.source.begin(), row.source.end());
    merged.weight.insert(merged.weight.end(), row.weight.begin(), row.weight.end());
    merged.begin.push_back(merged.source.size());
    merged.bias.push_back(row.bias);
  }
  kept_of_ = std::move(kept_of);
  return merged;
}

}  // namespace sparsio
