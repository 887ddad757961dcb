#include "count/cache/team_caches.hpp"

namespace sparsio {
namespace {

void add_difference(const CacheCounts& before, const CacheCounts& after, CacheCounts& sum) {
  sum.accesses += after.accesses - before.accesses;
  sum.read_misses += after.read_misses - before.read_misses;
  sum.write_misses += after.write_misses - before.write_misses;
  sum.write_backs += after.write_backs - before.write_backs;
  sum.dirty_at_end += after.dirty_at_end - before.dirty_at_end;
}

}  // namespace

TeamCaches::TeamCaches(const std::vector<TeamCache>& caches, uint32_t workers, Hierarchy hierarchy)
    : hierarchy_(hierarchy), nodes_(caches.size()), path_(workers) {
  for (size_t k = 0; k < caches.size(); ++k) {
    nodes_[k].cache = make_cache_simulator(caches[k].geometry);
    for (const uint32_t worker : caches[k].workers) path_[worker].push_back(k);
  }
  for (const std::vector<size_t>& path : path_)
    for (size_t at = 0; at < path.size(); ++at) {
      nodes_[path[at]].behind.assign(path.begin() + static_cast<std::ptrdiff_t>(at) + 1, path.end());
      nodes_[path[at]].is_fed_by_workers = at == 0 || hierarchy == Hierarchy::independent;
    }
}

void TeamCaches::feed(Node& node, std::span<const AccessSpan> spans, Counting counting) {
  const CacheCounts before = node.cache->counts();
  node.outflow.clear();
  node.cache->replay(spans, hierarchy_ == Hierarchy::filtered ? node.outflow : Outflow::ignored());
  if (counting == Counting::on) add_difference(before, node.cache->counts(), node.counts);
}

void TeamCaches::feed_behind(const Node& node, Counting counting) {
  std::span<const AccessSpan> spans = node.outflow.spans();
  for (const size_t k : node.behind) {
    feed(nodes_[k], spans, counting);
    spans = nodes_[k].outflow.spans();
  }
}

void TeamCaches::replay(uint32_t worker, std::span<const AccessSpan> spans, Counting counting) {
  const std::vector<size_t>& path = path_[worker];
  if (path.empty()) return;
  if (hierarchy_ == Hierarchy::independent) {
    for (const size_t k : path) feed(nodes_[k], spans, counting);
    return;
  }
  feed(nodes_[path.front()], spans, counting);
  feed_behind(nodes_[path.front()], counting);
}

void TeamCaches::flush() {
  for (Node& node : nodes_) {
    const CacheCounts before = node.cache->counts();
    node.outflow.clear();
    node.cache->flush(hierarchy_ == Hierarchy::filtered ? node.outflow : Outflow::ignored());
    add_difference(before, node.cache->counts(), node.counts);
    if (hierarchy_ == Hierarchy::filtered) feed_behind(node, Counting::on);
  }
}

uint64_t TeamCaches::fetched(size_t cache) const {
  const Node& node = nodes_[cache];
  return node.counts.read_misses + (node.is_fed_by_workers ? node.counts.write_misses : 0);
}

}  // namespace sparsio
