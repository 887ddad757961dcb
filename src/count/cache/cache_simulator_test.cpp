#include "count/cache/cache_simulator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <tuple>

#include "base/error.hpp"
#include "base/random.hpp"

namespace sparsio {
namespace {

/// Of the level behind: a line, load or store, and what lies there as far as it matters.
using Asked = std::tuple<uint64_t, Access, Content>;

// The dumb simulator: a list of lines for each set, most recently used first, searched from the front.
struct DumbCache {
  struct Line {
    uint64_t line;
    bool is_dirty;
  };
  uint64_t ways;
  uint64_t line_bytes;
  std::vector<std::list<Line>> sets;
  CacheCounts counts;
  std::vector<Asked> outflow;

  explicit DumbCache(const CacheGeometry& geometry)
      : ways(geometry.ways == 0 ? geometry.bytes / geometry.line_bytes : geometry.ways),
        line_bytes(geometry.line_bytes),
        sets(geometry.bytes / geometry.line_bytes / ways) {}

  void touch(uint64_t line, Access access, Content content) {
    ++counts.accesses;
    std::list<Line>& set = sets[line % sets.size()];
    const auto at = std::find_if(set.begin(), set.end(), [&](const Line& other) { return other.line == line; });
    const bool was_dirty = at != set.end() && at->is_dirty;
    if (at != set.end()) {
      set.erase(at);
    } else {
      ++(access == Access::load ? counts.read_misses : counts.write_misses);
      counts.weight_misses += content == Content::weights ? 1 : 0;
      outflow.emplace_back(line, Access::load, content);
    }
    set.push_front({line, was_dirty || access == Access::store});
    if (set.size() <= ways) return;
    if (set.back().is_dirty) {
      ++counts.write_backs;
      outflow.emplace_back(set.back().line, Access::store, Content::values);
    }
    set.pop_back();
  }
  void replay(const std::vector<AccessSpan>& spans) {
    for (const AccessSpan& span : spans)
      for (uint64_t byte = span.address; byte < span.address + span.bytes; ++byte)
        if (byte == span.address || byte % line_bytes == 0) touch(byte / line_bytes, span.access, span.content);
  }
  void flush() {
    for (auto& set : sets) {
      for (auto at = set.rbegin(); at != set.rend(); ++at) {
        if (!at->is_dirty) continue;
        at->is_dirty = false;
        ++counts.write_backs;
        ++counts.dirty_at_end;
        outflow.emplace_back(at->line, Access::store, Content::values);
      }
    }
  }
};

std::vector<Asked> lines_of(const Outflow& outflow, uint32_t line_bytes) {
  std::vector<Asked> lines;
  for (const AccessSpan& span : outflow.spans()) {
    EXPECT_EQ(span.bytes, line_bytes);
    lines.emplace_back(span.address / line_bytes, span.access, span.content);
  }
  return lines;
}

/// Spans over a footprint of about `lines` lines, in regions far from each other, some of them straddling.
std::vector<AccessSpan> random_trace(RandomStream& random, uint64_t spans, uint64_t lines) {
  const uint64_t far[] = {0, uint64_t{1} << 32, (uint64_t{1} << 47) + 12345, UINT64_MAX - (uint64_t{1} << 24)};
  std::vector<AccessSpan> trace;
  for (uint64_t k = 0; k < spans; ++k)
    trace.push_back({far[random.below(4)] + random.below(std::max(uint64_t{1}, lines / 4) * 64),
                     static_cast<uint32_t>(random.below(200)), random.below(3) == 0 ? Access::store : Access::load,
                     random.below(2) == 0 ? Content::weights : Content::values});
  return trace;
}

AccessSpan line_access(uint64_t line, Access access = Access::load) {
  return {line * 64, 64, access};
}

CacheCounts simulate(const CacheGeometry& geometry, const std::vector<AccessSpan>& trace) {
  const auto cache = make_cache_simulator(geometry);
  cache->replay(trace, Outflow::ignored());
  cache->flush(Outflow::ignored());
  return cache->counts();
}

CacheGeometry lines_and_ways(uint64_t lines, uint32_t ways) {
  return {"test", lines * 64, 64, ways};
}

const CacheGeometry every_kind[] = {lines_and_ways(1, 0),   lines_and_ways(1, 1),   lines_and_ways(2, 0),
                                    lines_and_ways(8, 1),   lines_and_ways(7, 1),   lines_and_ways(16, 0),
                                    lines_and_ways(17, 0),  lines_and_ways(64, 8),  lines_and_ways(12 * 5, 12),
                                    lines_and_ways(64, 64), lines_and_ways(96, 32), lines_and_ways(100, 0),
                                    {"words", 256, 4, 0},   {"words", 256, 4, 4},   {"wide", 4096, 256, 2}};

TEST(CacheSimulator, AgreesWithTheDumbOneOnThousandsOfTraces) {
  uint64_t item = 0;
  for (const CacheGeometry& geometry : every_kind) {
    for (uint64_t round = 0; round < 200; ++round) {
      RandomStream random(7, item++);
      const uint64_t lines = geometry.bytes / geometry.line_bytes;
      const auto trace =
          random_trace(random, 1 + random.below(300), 1 + random.below(3 * lines * geometry.line_bytes / 64 + 4));
      DumbCache dumb(geometry);
      dumb.replay(trace);
      dumb.flush();
      const auto cache = make_cache_simulator(geometry);
      Outflow outflow;
      const size_t cut = random.below(trace.size() + 1);
      cache->replay(std::span(trace).first(cut), outflow);
      cache->replay(std::span(trace).subspan(cut), outflow);
      cache->flush(outflow);
      ASSERT_EQ(cache->counts(), dumb.counts) << geometry.bytes << "/" << geometry.ways << " round " << round;
      ASSERT_EQ(lines_of(outflow, geometry.line_bytes), dumb.outflow) << geometry.bytes << "/" << geometry.ways;
    }
  }
}

TEST(CacheSimulator, AgreesOnTracesLongEnoughToSqueezeTheLog) {
  for (const uint64_t lines : {20, 1100}) {
    const CacheGeometry geometry = lines_and_ways(lines, 0);
    RandomStream random(3, lines);
    const auto trace = random_trace(random, 30000, lines * 5 / 4);
    DumbCache dumb(geometry);
    dumb.replay(trace);
    dumb.flush();
    EXPECT_EQ(simulate(geometry, trace), dumb.counts);
  }
}

TEST(CacheSimulator, AStreamMissesEveryLineOnce) {
  std::vector<AccessSpan> stream{{0, 1000 * 64, Access::load}};
  for (const CacheGeometry& geometry : {lines_and_ways(64, 8), lines_and_ways(64, 0)})
    EXPECT_EQ(simulate(geometry, stream), (CacheCounts{1000, 1000, 0, 0, 0}));
}

TEST(CacheSimulator, ALoopFitsOrMissesAlways) {
  std::vector<AccessSpan> fits;
  std::vector<AccessSpan> too_long;
  for (uint64_t k = 0; k < 10 * 64; ++k) fits.push_back(line_access(k % 64));
  for (uint64_t k = 0; k < 10 * 65; ++k) too_long.push_back(line_access(k % 65));
  EXPECT_EQ(simulate(lines_and_ways(64, 0), fits).read_misses, 64U);
  EXPECT_EQ(simulate(lines_and_ways(64, 8), fits).read_misses, 64U);
  EXPECT_EQ(simulate(lines_and_ways(64, 0), too_long).read_misses, 650U);
  // One set has 9 lines for its 8 ways and misses always; the other seven miss 8 times in all.
  EXPECT_EQ(simulate(lines_and_ways(64, 8), too_long).read_misses, 90U + 7U * 8U);
}

TEST(CacheSimulator, WriteBacksCountedByHand) {
  // Two lines of cache: 1 is written, 2 read, 3 read (throws out dirty 1), 2 written, 1 read (throws out clean 3).
  const std::vector<AccessSpan> trace{line_access(1, Access::store), line_access(2), line_access(3),
                                      line_access(2, Access::store), line_access(1)};
  EXPECT_EQ(simulate(lines_and_ways(2, 0), trace), (CacheCounts{5, 3, 1, 2, 1}));
  EXPECT_EQ(simulate(lines_and_ways(2, 2), trace), (CacheCounts{5, 3, 1, 2, 1}));
  // Direct-mapped, sets 0 and 1: 1 and 3 throw each other out of set 1, 2 stays in set 0.
  EXPECT_EQ(simulate(lines_and_ways(2, 1), trace), (CacheCounts{5, 3, 1, 2, 1}));
}

TEST(CacheSimulator, SpansTouchEveryLineTheyOverlap) {
  EXPECT_EQ(simulate(lines_and_ways(8, 0), {{63, 1, Access::load}}).accesses, 1U);
  EXPECT_EQ(simulate(lines_and_ways(8, 0), {{63, 2, Access::load}}).accesses, 2U);
  EXPECT_EQ(simulate(lines_and_ways(8, 0), {{64, 64, Access::load}}).accesses, 1U);
  EXPECT_EQ(simulate(lines_and_ways(8, 0), {{1, 64 * 3, Access::store}}), (CacheCounts{4, 0, 4, 4, 4}));
  EXPECT_EQ(simulate(lines_and_ways(8, 0), {{100, 0, Access::load}}).accesses, 0U);
}

TEST(CacheSimulator, AFlushLeavesTheLinesClean) {
  for (const CacheGeometry& geometry : {lines_and_ways(64, 0), lines_and_ways(64, 8)}) {
    const auto cache = make_cache_simulator(geometry);
    const std::vector<AccessSpan> one{line_access(5, Access::store)};
    cache->replay(one, Outflow::ignored());
    cache->flush(Outflow::ignored());
    cache->flush(Outflow::ignored());
    cache->replay(one, Outflow::ignored());
    EXPECT_EQ(cache->counts(), (CacheCounts{2, 0, 1, 1, 1}));
  }
}

TEST(CacheSimulator, RefusesWhatIsNoCache) {
  EXPECT_THROW(make_cache_simulator({"L1", 0, 64, 0}), BadInput);
  EXPECT_THROW(make_cache_simulator({"L1", 4096, 48, 0}), BadInput);
  EXPECT_THROW(make_cache_simulator({"L1", 4096, 2, 0}), BadInput);
  EXPECT_THROW(make_cache_simulator({"L1", 4096 + 64, 64, 8}), BadInput);
  EXPECT_THROW(make_cache_simulator({"L1", 4096 + 1, 64, 0}), BadInput);
  EXPECT_THROW(make_cache_simulator({"L1", 4096, 64, 65}), BadInput);
  EXPECT_THROW(make_cache_simulator({"L1", uint64_t{1} << 40, 64, 0}), Unsupported);
}

}  // namespace
}  // namespace sparsio
