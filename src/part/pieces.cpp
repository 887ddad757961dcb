#include "part/pieces.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

#include "net/twins.hpp"

namespace sparsio {
namespace {

Pieces cut(const Layer& layer, const std::vector<std::vector<uint32_t>>& twins, size_t most_rows) {
  Pieces pieces;
  for (const auto& group : twins)
    for (size_t begin = 0; begin < group.size(); begin += most_rows) {
      const size_t end = std::min(group.size(), begin + most_rows);
      pieces.rows.emplace_back(group.begin() + static_cast<int64_t>(begin), group.begin() + static_cast<int64_t>(end));
      pieces.connections.push_back((end - begin) * layer.sources_of(group[0]).size());
    }
  return pieces;
}

uint64_t heaviest_part(const Pieces& pieces, uint32_t parts) {
  std::vector<uint64_t> load(parts, 0);
  const std::vector<uint32_t> part = by_weight(pieces, parts);
  for (size_t piece = 0; piece < part.size(); ++piece) load[part[piece]] += pieces.connections[piece];
  return *std::max_element(load.begin(), load.end());
}

}  // namespace

std::vector<uint32_t> by_weight(const Pieces& pieces, uint32_t parts) {
  std::vector<uint32_t> sequence(pieces.count());
  std::iota(sequence.begin(), sequence.end(), 0U);
  std::stable_sort(sequence.begin(), sequence.end(),
                   [&](uint32_t a, uint32_t b) { return pieces.connections[a] > pieces.connections[b]; });
  using Load = std::pair<uint64_t, uint32_t>;  // and whose
  std::priority_queue<Load, std::vector<Load>, std::greater<>> loads;
  for (uint32_t p = 0; p < parts; ++p) loads.emplace(0, p);
  std::vector<uint32_t> part(pieces.count());
  for (const uint32_t piece : sequence) {
    const auto [load, lightest] = loads.top();
    loads.pop();
    loads.emplace(load + pieces.connections[piece], lightest);
    part[piece] = lightest;
  }
  return part;
}

Pieces pieces_of(const Layer& layer, uint32_t parts, double imbalance) {
  const auto twins = twins_of(layer);
  size_t most_rows = 1;
  for (const auto& group : twins) most_rows = std::max(most_rows, group.size());
  const auto allowed =
      static_cast<uint64_t>((1 + imbalance) * static_cast<double>(layer.connections()) / static_cast<double>(parts));
  while (true) {
    Pieces pieces = cut(layer, twins, most_rows);
    const uint64_t heaviest = heaviest_part(pieces, parts);
    pieces.most = std::max(allowed, heaviest);
    if (heaviest <= allowed || most_rows == 1) return pieces;
    most_rows = (most_rows + 1) / 2;
  }
}

}  // namespace sparsio
