// Private and shared caches against a dumb simulator: whole traces in memory, caches that are lists, and each access
// followed through all levels before the next one.
#include "count/cache/team_caches.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>

#include "base/random.hpp"

namespace sparsio {
namespace {

struct DumbLine {
  uint64_t line;
  bool is_dirty;
};

struct DumbCache {
  CacheGeometry geometry;
  std::vector<std::list<DumbLine>> sets;  // most recently used first
  CacheCounts counts;
};

/// Follows one span through `path` from `level` on.
struct DumbTeam {
  std::vector<DumbCache> caches;
  bool is_filtered;

  void touch(const std::vector<size_t>& path, size_t level, const AccessSpan& span) {
    if (level == path.size()) return;
    DumbCache& cache = caches[path[level]];
    const uint64_t bytes = cache.geometry.line_bytes;
    for (uint64_t line = span.address / bytes; line * bytes < span.address + span.bytes; ++line)
      touch_line(path, level, line, span.access);
    if (!is_filtered) touch(path, level + 1, span);
  }

  void pass_on(const std::vector<size_t>& path, size_t level, uint64_t line, Access access) {
    const uint32_t bytes = caches[path[level]].geometry.line_bytes;
    if (is_filtered) touch(path, level + 1, {line * bytes, bytes, access});
  }

  void touch_line(const std::vector<size_t>& path, size_t level, uint64_t line, Access access) {
    DumbCache& cache = caches[path[level]];
    ++cache.counts.accesses;
    auto& set = cache.sets[line % cache.sets.size()];
    const auto at = std::find_if(set.begin(), set.end(), [&](const DumbLine& one) { return one.line == line; });
    const bool was_there = at != set.end();
    const bool was_dirty = was_there && at->is_dirty;
    if (was_there) set.erase(at);
    set.push_front({line, was_dirty || access == Access::store});
    if (was_there) return;
    ++(access == Access::load ? cache.counts.read_misses : cache.counts.write_misses);
    pass_on(path, level, line, Access::load);
    const uint64_t ways =
        cache.geometry.ways == 0 ? cache.geometry.bytes / cache.geometry.line_bytes : cache.geometry.ways;
    if (set.size() <= ways) return;
    const DumbLine old = set.back();
    set.pop_back();
    if (!old.is_dirty) return;
    ++cache.counts.write_backs;
    pass_on(path, level, old.line, Access::store);
  }

  void flush(const std::vector<size_t>& path, size_t level) {
    DumbCache& cache = caches[path[level]];
    for (auto& set : cache.sets)
      for (auto at = set.rbegin(); at != set.rend(); ++at) {
        if (!at->is_dirty) continue;
        at->is_dirty = false;
        ++cache.counts.write_backs;
        ++cache.counts.dirty_at_end;
        pass_on(path, level, at->line, Access::store);
      }
  }
};

struct Draw {
  uint32_t workers;
  std::vector<TeamCache> caches;
  std::vector<std::vector<size_t>> path;
  std::vector<std::pair<uint32_t, AccessSpan>> accesses;
  Hierarchy hierarchy;
};

CacheGeometry drawn_geometry(RandomStream& random, uint32_t line_bytes) {
  const uint64_t lines = 1 + random.below(24);
  const uint32_t kind = static_cast<uint32_t>(random.below(3));
  if (kind == 0) return {"c", lines * line_bytes, line_bytes, 0};
  if (kind == 1) return {"c", lines * line_bytes, line_bytes, 1};
  return {"c", lines * 3 * line_bytes, line_bytes, 3};
}

/// A level of caches over so many neighbours each.
void add_level(RandomStream& random, uint32_t sharers, uint32_t line_bytes, Draw& draw) {
  const CacheGeometry geometry = drawn_geometry(random, line_bytes);
  for (uint32_t first = 0; first < draw.workers; first += sharers) {
    TeamCache cache{geometry, {}};
    for (uint32_t w = first; w < std::min(draw.workers, first + sharers); ++w) {
      cache.workers.push_back(w);
      draw.path[w].push_back(draw.caches.size());
    }
    draw.caches.push_back(cache);
  }
}

Draw drawn(uint64_t item) {
  RandomStream random(21, item);
  Draw draw;
  draw.workers = static_cast<uint32_t>(1 + random.below(6));
  draw.path.resize(draw.workers);
  draw.hierarchy = random.below(3) == 0 ? Hierarchy::independent : Hierarchy::filtered;
  add_level(random, 1, 64, draw);
  if (random.below(2) == 0) add_level(random, 2, 64, draw);
  if (random.below(4) != 0) add_level(random, 4, random.below(2) == 0 ? 64 : 128, draw);
  for (int k = 0; k < 600; ++k)
    draw.accesses.emplace_back(static_cast<uint32_t>(random.below(draw.workers)),
                               AccessSpan{random.below(4000), static_cast<uint32_t>(1 + random.below(150)),
                                          random.below(3) == 0 ? Access::store : Access::load});
  return draw;
}

DumbTeam dumb(const Draw& draw) {
  DumbTeam team{{}, draw.hierarchy == Hierarchy::filtered};
  for (const TeamCache& cache : draw.caches) {
    const CacheGeometry& geometry = cache.geometry;
    const uint64_t lines = geometry.bytes / geometry.line_bytes;
    team.caches.push_back(
        {geometry, std::vector<std::list<DumbLine>>(geometry.ways == 0 ? 1 : lines / geometry.ways), {}});
  }
  for (const auto& [worker, span] : draw.accesses) team.touch(draw.path[worker], 0, span);
  for (size_t k = 0; k < draw.caches.size(); ++k) {
    const std::vector<size_t>& path = draw.path[draw.caches[k].workers.front()];
    team.flush(path, static_cast<size_t>(std::find(path.begin(), path.end(), k) - path.begin()));
  }
  return team;
}

TEST(TeamCaches, AsADumbSimulator) {
  uint64_t shared_misses = 0;
  for (uint64_t item = 0; item < 300; ++item) {
    const Draw draw = drawn(item);
    TeamCaches caches(draw.caches, draw.workers, draw.hierarchy);
    for (size_t begin = 0; begin < draw.accesses.size();) {  // neighbours of one worker at once
      size_t end = begin;
      std::vector<AccessSpan> spans;
      while (end < draw.accesses.size() && draw.accesses[end].first == draw.accesses[begin].first)
        spans.push_back(draw.accesses[end++].second);
      caches.replay(draw.accesses[begin].first, spans);
      begin = end;
    }
    caches.flush();
    const DumbTeam want = dumb(draw);
    for (size_t k = 0; k < draw.caches.size(); ++k) {
      ASSERT_EQ(caches.counts(k), want.caches[k].counts) << "item " << item << " cache " << k;
      const bool is_outer = draw.hierarchy == Hierarchy::filtered && k >= draw.workers;
      const CacheCounts& counts = want.caches[k].counts;
      ASSERT_EQ(caches.fetched(k), counts.read_misses + (is_outer ? 0 : counts.write_misses));
      ASSERT_EQ(caches.is_last(k), draw.path[draw.caches[k].workers.front()].back() == k);
      if (draw.caches[k].workers.size() > 1) shared_misses += counts.read_misses;
    }
  }
  EXPECT_GT(shared_misses, 1000U);
}

TeamCache of_lines(uint64_t lines, std::vector<uint32_t> workers) {
  TeamCache cache;
  cache.geometry.bytes = lines * 64;
  cache.workers = std::move(workers);
  return cache;
}

TEST(TeamCaches, SharedByHand) {
  // Two workers with an L1 of one line each, an L2 of two lines: the second finds what the first has fetched.
  const std::vector<TeamCache> both = {of_lines(1, {0}), of_lines(1, {1}), of_lines(2, {0, 1})};
  const std::vector<AccessSpan> weight{{0, 8, Access::load}};
  TeamCaches caches(both, 2, Hierarchy::filtered);
  caches.replay(0, weight);
  caches.replay(1, weight);
  EXPECT_EQ(caches.counts(0).read_misses, 1U);
  EXPECT_EQ(caches.counts(1).read_misses, 1U);
  EXPECT_EQ(caches.counts(2).accesses, 2U);
  EXPECT_EQ(caches.counts(2).read_misses, 1U);
  // Each stores a line of its own: the L2 keeps two lines, and both leave it in the end.
  const std::vector<AccessSpan> first{{64, 4, Access::store}};
  const std::vector<AccessSpan> second{{128, 4, Access::store}};
  caches.replay(0, first);
  caches.replay(1, second);
  caches.flush();
  EXPECT_EQ(caches.counts(0).write_backs, 1U);
  EXPECT_EQ(caches.counts(2).read_misses, 3U);
  EXPECT_EQ(caches.counts(2).write_backs, 2U);
  EXPECT_EQ(caches.counts(2).dirty_at_end, 2U);
}

TEST(TeamCaches, WhatIsNotCountedHappensAllTheSame) {
  const std::vector<TeamCache> one = {of_lines(2, {0})};
  const std::vector<AccessSpan> spans{{0, 8, Access::load}, {64, 8, Access::load}};
  TeamCaches caches(one, 1, Hierarchy::filtered);
  caches.replay(0, spans, Counting::off);
  EXPECT_EQ(caches.counts(0), CacheCounts());
  caches.replay(0, spans);
  EXPECT_EQ(caches.counts(0).accesses, 2U);
  EXPECT_EQ(caches.counts(0).read_misses, 0U);
}

}  // namespace
}  // namespace sparsio
