#include "count/meter.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "base/spec.hpp"
#include "count/cache/cache_simulator.hpp"

namespace sparsio {
namespace {

Counts measure(const std::string& spec, const MeterRequest& request) {
  const auto meter = resolve<MeterKind>(spec, "test");
  return meter.kind().measure(request, meter.params);
}

std::vector<AccessSpan> random_trace(uint64_t item) {
  RandomStream random(5, item);
  std::vector<AccessSpan> trace;
  for (uint64_t k = 0; k < 5000; ++k)
    trace.push_back({random.below(400) * 64, 64, random.below(3) == 0 ? Access::store : Access::load,
                     k % 5 < 2 ? Content::weights : Content::values});
  return trace;
}

/// Hands the trace over in uneven batches, as an engine may.
MeterRequest request_for(const std::vector<AccessSpan>& trace, std::vector<CacheGeometry> levels) {
  return {[&trace](const TraceSink& sink) {
            for (size_t begin = 0, batch = 1; begin < trace.size(); begin += batch, batch = batch % 97 + 13)
              sink(std::span(trace).subspan(begin, std::min(batch, trace.size() - begin)));
          },
          nullptr, std::move(levels)};
}

const CacheGeometry small{"L1", 16 * 64, 64, 4};
const CacheGeometry middle{"L2", 64 * 64, 64, 8};
const CacheGeometry large{"M", 200 * 64, 64, 0};

TEST(Meter, NoneKnowsNothingAndSaysWhy) {
  const Counts counts = measure("none", {nullptr, nullptr, {small, middle}});
  EXPECT_EQ(counts.source, "none");
  EXPECT_EQ(counts.status, "unavailable: no meter was asked for");
  ASSERT_EQ(counts.levels.size(), 2U);
  EXPECT_EQ(counts.levels[1].name, "L2");
  EXPECT_TRUE(std::isnan(counts.levels[1].misses));
  EXPECT_TRUE(std::isnan(counts.levels[1].write_backs));
}

TEST(Meter, SimulatedIsUnavailableWithoutTraceOrCaches) {
  const std::vector<AccessSpan> trace = random_trace(0);
  EXPECT_EQ(measure("simulated", {nullptr, nullptr, {small}}).status, "unavailable: the engine has no trace");
  EXPECT_TRUE(std::isnan(measure("simulated", {nullptr, nullptr, {small}}).levels.at(0).misses));
  EXPECT_EQ(measure("simulated", request_for(trace, {})).status, "unavailable: no cache is known or given");
}

TEST(Meter, IndependentLevelsSeeEveryAccess) {
  const std::vector<AccessSpan> trace = random_trace(1);
  const Counts together = measure("simulated", request_for(trace, {small, middle, large}));
  EXPECT_EQ(together.status, "measured");
  ASSERT_EQ(together.levels.size(), 3U);
  size_t k = 0;
  for (const CacheGeometry& level : {small, middle, large}) {
    const auto cache = make_cache_simulator(level);
    cache->replay(trace, Outflow::ignored());
    cache->flush(Outflow::ignored());
    const LevelCount& count = together.levels[k++];
    EXPECT_EQ(count.name, level.name);
    EXPECT_EQ(count.accesses, 5000);
    EXPECT_EQ(count.read_misses, cache->counts().read_misses);
    EXPECT_EQ(count.write_misses, cache->counts().write_misses);
    EXPECT_EQ(count.misses, count.read_misses + count.write_misses);
    EXPECT_EQ(count.weight_misses, cache->counts().weight_misses);
    EXPECT_GT(count.weight_misses, 0);
    EXPECT_EQ(count.write_backs, cache->counts().write_backs);
    EXPECT_EQ(count.dirty_at_end, cache->counts().dirty_at_end);
    EXPECT_GT(count.dirty_at_end, 0);
  }
}

TEST(Meter, FilteredLevelsSeeMissesAndWriteBacks) {
  const std::vector<AccessSpan> trace = random_trace(2);
  const Counts alone = measure("simulated", request_for(trace, {small}));
  const Counts both = measure("simulated:hierarchy=filtered", request_for(trace, {small, middle}));
  ASSERT_EQ(both.levels.size(), 2U);
  EXPECT_EQ(both.levels[0].misses, alone.levels[0].misses);
  EXPECT_EQ(both.levels[0].write_backs, alone.levels[0].write_backs);
  EXPECT_EQ(both.levels[1].accesses, both.levels[0].misses + both.levels[0].write_backs);
  // The oracle: the whole outflow of the first cache, flush included, replayed in the second.
  const auto first = make_cache_simulator(small);
  const auto second = make_cache_simulator(middle);
  Outflow outflow;
  first->replay(trace, outflow);
  first->flush(outflow);
  second->replay(outflow.spans(), Outflow::ignored());
  second->flush(Outflow::ignored());
  EXPECT_EQ(both.levels[1].read_misses, second->counts().read_misses);
  EXPECT_EQ(both.levels[1].write_misses, second->counts().write_misses);
  EXPECT_EQ(both.levels[1].weight_misses, second->counts().weight_misses);
  EXPECT_EQ(both.levels[1].write_backs, second->counts().write_backs);
}

TEST(Meter, FilteredByHand) {
  // L1 of one line, L2 of two: store a, load b, load a. Each misses L1; a is written back once.
  const std::vector<AccessSpan> trace{{0, 64, Access::store}, {64, 64, Access::load}, {0, 64, Access::load}};
  const Counts counts =
      measure("simulated:hierarchy=filtered", request_for(trace, {{"L1", 64, 64, 1}, {"L2", 128, 64, 0}}));
  EXPECT_EQ(counts.levels[0].misses, 3);
  EXPECT_EQ(counts.levels[0].write_misses, 1);
  EXPECT_EQ(counts.levels[0].write_backs, 1);
  EXPECT_EQ(counts.levels[1].accesses, 4);
  EXPECT_EQ(counts.levels[1].misses, 2);
  EXPECT_EQ(counts.levels[1].write_misses, 0);
  EXPECT_EQ(counts.levels[1].write_backs, 1);
}

TEST(Meter, UnknownHierarchyIsRefused) {
  EXPECT_THROW(measure("simulated:hierarchy=filterd", request_for({}, {small})), BadInput);
}

TEST(Meter, NamesEqualFileStems) {
  for (const auto& entry : Registry<MeterKind>::instance().entries())
    EXPECT_TRUE(entry.file.ends_with("src/count/" + entry.name + ".cpp")) << entry.file;
  EXPECT_NE(Registry<MeterKind>::instance().look_up("simulated"), nullptr);
  EXPECT_NE(Registry<MeterKind>::instance().look_up("none"), nullptr);
}

}  // namespace
}  // namespace sparsio
