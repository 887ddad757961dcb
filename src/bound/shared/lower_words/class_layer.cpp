#include "bound/shared/lower_words/class_layer.hpp"

#include <algorithm>
#include <numeric>

namespace sparsio {
namespace {

using Lists = std::vector<std::vector<uint32_t>>;

/// Equal lists get one number; the lists by number, and the number of each.
struct Grouped {
  std::vector<uint32_t> group;
  Lists lists;
  uint32_t size = 0;  // of every group; 0 if they differ
};

template <class ListOf>
Grouped grouped(uint32_t count, const ListOf& list_of) {
  std::vector<uint32_t> by_list(count);
  std::iota(by_list.begin(), by_list.end(), 0U);
  std::sort(by_list.begin(), by_list.end(), [&](uint32_t a, uint32_t b) {
    const auto& one = list_of(a);
    const auto& other = list_of(b);
    return std::lexicographical_compare(one.begin(), one.end(), other.begin(), other.end());
  });
  Grouped made;
  made.group.resize(count);
  std::vector<uint32_t> sizes;
  for (uint32_t i = 0; i < count; ++i) {
    const auto& list = list_of(by_list[i]);
    if (made.lists.empty() ||
        !std::equal(list.begin(), list.end(), made.lists.back().begin(), made.lists.back().end())) {
      made.lists.emplace_back(list.begin(), list.end());
      sizes.push_back(0);
    }
    ++sizes.back();
    made.group[by_list[i]] = static_cast<uint32_t>(made.lists.size() - 1);
  }
  if (!sizes.empty() && std::all_of(sizes.begin(), sizes.end(), [&](uint32_t size) { return size == sizes[0]; }))
    made.size = sizes[0];
  return made;
}

/// Numbers along the cycles of vertices and edges, two of each at each; the length of all cycles, or 0 if they differ.
uint32_t walk_cycles(const Lists& edges_of, const Lists& vertices_of, std::vector<uint32_t>& vertex_number,
                     std::vector<uint32_t>& edge_number) {
  constexpr uint32_t unseen = ~uint32_t{0};
  vertex_number.assign(edges_of.size(), unseen);
  edge_number.assign(vertices_of.size(), unseen);
  uint32_t next = 0;
  uint32_t length = 0;
  for (uint32_t start = 0; start < edges_of.size(); ++start) {
    if (vertex_number[start] != unseen) continue;
    const uint32_t first = next;
    for (uint32_t vertex = start; vertex_number[vertex] == unseen;) {
      vertex_number[vertex] = next;
      const auto& edges = edges_of[vertex];
      const uint32_t edge = edge_number[edges[0]] == unseen ? edges[0] : edges[1];
      edge_number[edge] = next++;
      vertex = vertices_of[edge][0] == vertex ? vertices_of[edge][1] : vertices_of[edge][0];
    }
    if (length == 0) length = next - first;
    if (next - first != length) return 0;
  }
  return length;
}

bool all_of_size(const Lists& lists, size_t size) {
  return std::all_of(lists.begin(), lists.end(), [&](const auto& list) { return list.size() == size; });
}

}  // namespace

std::optional<ClassLayer> class_layer(const Layer& layer) {
  if (layer.sources == 0 || layer.targets == 0 || layer.connections() == 0) return std::nullopt;
  const Grouped targets = grouped(layer.targets, [&](uint32_t t) { return layer.sources_of(t); });
  Lists readers(layer.sources);  // the target classes of each source
  for (uint32_t k = 0; k < targets.lists.size(); ++k)
    for (const uint32_t source : targets.lists[k]) readers[source].push_back(k);
  const Grouped sources =
      grouped(layer.sources, [&](uint32_t s) -> const std::vector<uint32_t>& { return readers[s]; });
  const auto classes = static_cast<uint32_t>(sources.lists.size());
  if (sources.size == 0 || targets.size == 0 || targets.lists.size() != classes) return std::nullopt;
  Lists read(classes);  // the source classes of each target class
  for (uint32_t k = 0; k < classes; ++k)
    for (const uint32_t target : sources.lists[k]) read[target].push_back(k);
  ClassLayer made{classes, sources.size, targets.size, 1, sources.group, targets.group};
  std::vector<uint32_t> vertex(classes);
  std::vector<uint32_t> edge(classes);
  if (all_of_size(read, 1) && all_of_size(sources.lists, 1)) {
    for (uint32_t k = 0; k < classes; ++k) {
      vertex[k] = k;
      edge[sources.lists[k][0]] = k;
    }
  } else if (all_of_size(read, 2) && all_of_size(sources.lists, 2)) {
    made.cycle = walk_cycles(sources.lists, read, vertex, edge);
    if (made.cycle < 3) return std::nullopt;
  } else {
    return std::nullopt;
  }
  for (uint32_t& k : made.source_class) k = vertex[k];
  for (uint32_t& k : made.target_class) k = edge[k];
  return made;
}

}  // namespace sparsio
