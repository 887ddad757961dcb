// team_caches: the caches of several workers, private ones and shared ones, that start cold.
// `independent`: every level sees every access, as in the model (io/MODEL.md, 6), whatever the levels before it do.
// `filtered`: the levels form a hierarchy, and each sees only what those before it ask for (their misses, as loads)
// and throw out (their write-backs, as stores). A line written back is whole, so the write misses of an outer filtered
// level fetch nothing: its traffic is read_misses + write_backs. The levels are neither inclusive nor exclusive, and
// there is no coherence: nobody may write a line that another worker touches, and no engine does.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "count/cache/cache_simulator.hpp"

namespace sparsio {

/// A cache and who is under it. Those under one are together under every larger one.
struct TeamCache {
  CacheGeometry geometry;
  std::vector<uint32_t> workers;
};

enum class Hierarchy { independent, filtered };

/// Whether what happens is added to the counts. It happens all the same.
enum class Counting { on, off };

class TeamCaches {
 public:
  /// `caches`: innermost level first. BadInput: a geometry that is none.
  TeamCaches(const std::vector<TeamCache>& caches, uint32_t workers, Hierarchy hierarchy);

  void replay(uint32_t worker, std::span<const AccessSpan> spans, Counting counting = Counting::on);
  /// What is dirty is written back, the innermost level first.
  void flush();

  /// Of each cache, in the order in which they were given.
  const CacheCounts& counts(size_t cache) const { return nodes_[cache].counts; }
  /// Lines that came in from the level behind it, or from memory.
  uint64_t fetched(size_t cache) const;
  /// Is there nothing behind it but memory?
  bool is_last(size_t cache) const { return nodes_[cache].behind.empty(); }

 private:
  struct Node {
    std::unique_ptr<CacheSimulator> cache;
    CacheCounts counts;
    Outflow outflow;
    std::vector<size_t> behind;  // caches, the next one first
    bool is_fed_by_workers = true;
  };

  /// Into one cache; its outflow is then in its node.
  void feed(Node& node, std::span<const AccessSpan> spans, Counting counting);
  void feed_behind(const Node& node, Counting counting);

  Hierarchy hierarchy_;
  std::vector<Node> nodes_;
  std::vector<std::vector<size_t>> path_;  // of each worker, innermost first
};

}  // namespace sparsio
