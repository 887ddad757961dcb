#include "part/shared/row_groups.hpp"

#include <algorithm>
#include <numeric>
#include <queue>
#include <utility>

#include "net/twins.hpp"

namespace sparsio {
namespace {

RowGroups cut(const Layer& layer, const std::vector<std::vector<uint32_t>>& twins, size_t most_rows) {
  RowGroups pieces;
  for (const auto& group : twins) {
    const size_t most = layer.sources_of(group[0]).empty() ? 1 : most_rows;
    for (size_t begin = 0; begin < group.size(); begin += most) {
      const size_t end = std::min(group.size(), begin + most);
      pieces.rows.emplace_back(group.begin() + static_cast<int64_t>(begin), group.begin() + static_cast<int64_t>(end));
      pieces.connections.push_back((end - begin) * layer.sources_of(group[0]).size());
    }
  }
  return pieces;
}

std::vector<uint64_t> loads_of(const RowGroups& pieces, uint32_t parts, const std::vector<uint32_t>& part) {
  std::vector<uint64_t> load(parts, 0);
  for (size_t piece = 0; piece < part.size(); ++piece) load[part[piece]] += pieces.connections[piece];
  return load;
}

uint64_t heaviest_part(const RowGroups& pieces, uint32_t parts) {
  const std::vector<uint64_t> load = loads_of(pieces, parts, by_weight(pieces, parts));
  return *std::max_element(load.begin(), load.end());
}

}  // namespace

std::vector<uint32_t> by_weight(const RowGroups& pieces, uint32_t parts) {
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

void make_even(const RowGroups& pieces, uint32_t parts, std::vector<uint32_t>& part) {
  std::vector<uint64_t> load = loads_of(pieces, parts, part);
  if (*std::max_element(load.begin(), load.end()) <= pieces.most) return;
  std::vector<uint32_t> sequence(pieces.count());
  std::iota(sequence.begin(), sequence.end(), 0U);
  std::stable_sort(sequence.begin(), sequence.end(),
                   [&](uint32_t a, uint32_t b) { return pieces.connections[a] < pieces.connections[b]; });
  using Load = std::pair<uint64_t, uint32_t>;  // and whose; those that have changed are looked at again
  std::priority_queue<Load, std::vector<Load>, std::greater<>> lightest;
  for (uint32_t p = 0; p < parts; ++p) lightest.emplace(load[p], p);
  for (const uint32_t piece : sequence) {
    uint64_t& from = load[part[piece]];
    if (from <= pieces.most || pieces.connections[piece] == 0) continue;
    while (lightest.top().first != load[lightest.top().second]) lightest.pop();
    const uint32_t to = lightest.top().second;
    if (load[to] + pieces.connections[piece] > pieces.most) break;  // nor do the heavier ones fit anywhere
    from -= pieces.connections[piece];
    lightest.emplace(from, part[piece]);
    load[to] += pieces.connections[piece];
    lightest.emplace(load[to], to);
    part[piece] = to;
  }
  if (*std::max_element(load.begin(), load.end()) > pieces.most) part = by_weight(pieces, parts);
}

RowGroups pieces_of(const Layer& layer, uint32_t parts, double imbalance) {
  const auto twins = twins_of(layer);
  size_t most_rows = 1;
  for (const auto& group : twins) most_rows = std::max(most_rows, group.size());
  const auto all = static_cast<double>(layer.connections());
  const auto allowed = static_cast<uint64_t>(std::min(all, (1 + imbalance) * all / static_cast<double>(parts)));
  while (true) {
    RowGroups pieces = cut(layer, twins, most_rows);
    const uint64_t heaviest = heaviest_part(pieces, parts);
    pieces.most = std::max(allowed, heaviest);
    if (heaviest <= allowed || most_rows == 1) return pieces;
    most_rows = (most_rows + 1) / 2;
  }
}

Partition phase_by_phase(LayerSource& network, uint32_t parts, double imbalance, const Phase& phase) {
  Partition made{parts, {{}}};
  network.restart();
  for (Layer layer; network.next(layer);) {
    const RowGroups pieces = pieces_of(layer, parts, imbalance);
    const std::vector<uint32_t> part = phase(layer, pieces, made.owner.back());
    std::vector<uint32_t>& owner = made.owner.emplace_back(layer.targets);
    for (size_t piece = 0; piece < pieces.count(); ++piece)
      for (const uint32_t row : pieces.rows[piece]) owner[row] = part[piece];
  }
  return made;
}

}  // namespace sparsio
