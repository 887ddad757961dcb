#include "exec/walk/tile_edges.hpp"

#include <algorithm>
#include <stdexcept>

namespace sparsio {
namespace {

/// Where there are more tasks, the sets below would be larger than what they save.
constexpr size_t most_reduced = 4096;

/// Of a task, all that is through before it: tasks of the panel before, then those of this one.
class Ancestors {
 public:
  explicit Ancestors(size_t tasks) : words_((2 * tasks + 63) / 64), word_(2 * tasks * words_) {}

  bool has(size_t task, size_t ancestor) const {
    return (word_[task * words_ + ancestor / 64] >> (ancestor % 64) & 1) != 0;
  }
  /// And what is through before that.
  void add(size_t task, size_t ancestor) {
    for (size_t w = 0; w < words_; ++w) word_[task * words_ + w] |= word_[ancestor * words_ + w];
    word_[task * words_ + ancestor / 64] |= uint64_t{1} << (ancestor % 64);
  }

 private:
  size_t words_;
  std::vector<uint64_t> word_;
};

void leave_out_what_follows(std::vector<std::vector<TileEdge>>& edges) {
  const size_t tasks = edges.size();
  Ancestors before(tasks);
  const auto run = [&](size_t task, size_t panel) {
    std::vector<TileEdge> kept;
    for (const TileEdge& edge : edges[task]) {  // the latest first
      if (edge.panels_ago > panel) continue;
      const size_t from = edge.from + (panel - edge.panels_ago) * tasks;
      const size_t here = task + panel * tasks;
      if (before.has(here, from)) continue;
      before.add(here, from);
      kept.push_back(edge);
    }
    return kept;
  };
  for (size_t task = 0; task < tasks; ++task) run(task, 0);
  for (size_t task = 0; task < tasks; ++task) edges[task] = run(task, 1);
}

}  // namespace

TileEdges::Row& TileEdges::row(uint32_t number) {
  if (number >= row_.size()) row_.resize(number + size_t{1});
  return row_[number];
}

/// Readers have waited for the writer.
void TileEdges::wait_for_users(const Row& row, uint32_t panels_ago, std::vector<TileEdge>& edges) const {
  for (const uint32_t reader : row.reader) edges.push_back({reader, panels_ago});
  if (row.reader.empty()) edges.push_back({row.writer, panels_ago});
}

void TileEdges::add(std::span<const uint32_t> reads, std::span<const uint32_t> writes) {
  const auto task = static_cast<uint32_t>(edges_.size());
  std::vector<TileEdge> edges;
  for (const uint32_t number : reads) {
    Row& here = row(number);
    if (here.writer == none) continue;  // its own, see below
    edges.push_back({here.writer, 0});
    if (here.reader.empty() || here.reader.back() != task) here.reader.push_back(task);
  }
  for (const uint32_t number : writes) {
    Row& here = row(number);
    if (here.writer == task) continue;
    if (here.writer == none)
      here.first_writer = task;
    else
      wait_for_users(here, 0, edges);
    here.writer = task;
    here.reader.clear();
  }
  for (const uint32_t number : reads)
    if (row(number).writer == none) throw std::logic_error("a task reads a row that nobody has written");
  std::erase_if(edges, [&](const TileEdge& edge) { return edge.from == task; });
  edges_.push_back(std::move(edges));
}

std::vector<std::vector<TileEdge>> TileEdges::edges() {
  for (const Row& row : row_)
    if (row.first_writer != none) wait_for_users(row, 1, edges_[row.first_writer]);
  const auto key = [](const TileEdge& edge) { return std::pair(-static_cast<int>(edge.panels_ago), edge.from); };
  for (std::vector<TileEdge>& list : edges_) {
    std::sort(list.begin(), list.end(), [&](const TileEdge& a, const TileEdge& b) { return key(a) > key(b); });
    const auto same = [&](const TileEdge& a, const TileEdge& b) { return key(a) == key(b); };
    list.erase(std::unique(list.begin(), list.end(), same), list.end());
  }
  if (edges_.size() <= most_reduced) leave_out_what_follows(edges_);
  return std::move(edges_);
}

std::vector<uint32_t> levels_of(std::span<const std::vector<TileEdge>> edges) {
  std::vector<uint32_t> level(edges.size(), 0);
  for (size_t task = 0; task < edges.size(); ++task)
    for (const TileEdge& edge : edges[task])
      if (edge.panels_ago == 0) level[task] = std::max(level[task], level[edge.from] + 1);
  return level;
}

}  // namespace sparsio
