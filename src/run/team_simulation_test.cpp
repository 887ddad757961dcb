// Several workers of every engine that tells its pass: what is their own is nobody else's, what they share is the same
// line; one worker counts what the meter counts; and in caches so large or so private that the answer is plain, it is
// that answer.
#include "run/team_simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/spec.hpp"
#include "count/meter.hpp"
#include "exec/shared/trace.hpp"
#include "run/case_cache.hpp"

namespace sparsio {
namespace {

const char* const networks[] = {"radix_net:neurons=1024,layers=2", "mlp:widths=40-60-30,density=0.3,seed=2"};

struct Prepared {
  std::shared_ptr<NetworkAtHand> network;
  std::shared_ptr<Engine> engine;
};

/// None where the engine cannot, or nobody knows what it touches.
std::optional<Prepared> prepared(const std::string& spec, const std::string& network, uint32_t panel) {
  CaseCache cache;
  Prepared one{cache.network(network, "test"), nullptr};
  const auto kind = resolve<EngineKind>(spec, "test");
  one.engine = kind.kind().make(kind.params);
  Plan plan;
  plan.layers = one.network->layers();
  plan.network = &one.network->whole();
  plan.panel = panel;
  plan.l2_bytes = 1 << 18;
  try {
    one.engine->prepare(plan);
  } catch (const Unsupported&) {
    return std::nullopt;
  }
  if (!one.engine->opaque().empty()) return std::nullopt;
  return one;
}

std::vector<std::string> engines() {
  std::vector<std::string> list = Registry<EngineKind>::instance().names();
  list.insert(list.end(), {"tiled:kernel=csr", "tiled:kernel=csr,depth=2", "data_parallel:kernel=twins"});
  return list;
}

struct Touched {
  std::set<uint64_t> loaded;
  std::set<uint64_t> stored;
};

Touched touched(const Engine& engine, PassInputs inputs, const AddressPlace& place, uint32_t worker) {
  Touched lines;
  trace(engine, {0, worker}, inputs, place, [&](std::span<const AccessSpan> spans) {
    for (const AccessSpan& span : spans)
      for (uint64_t line = span.address >> 6; line <= (span.address + span.bytes - 1) >> 6; ++line)
        (span.access == Access::load ? lines.loaded : lines.stored).insert(line);
  });
  return lines;
}

uint64_t in_both(const std::set<uint64_t>& a, const std::set<uint64_t>& b) {
  return static_cast<uint64_t>(std::count_if(a.begin(), a.end(), [&](uint64_t line) { return b.count(line) > 0; }));
}

TEST(TeamSimulation, WorkersShareTheWeightsAndNothingThatIsWritten) {
  size_t looked_at = 0;
  for (const std::string& spec : engines())
    for (const char* network : networks)
      for (const InputValues values : {InputValues::bits, InputValues::floats}) {
        const auto one = prepared(spec, network, 32);
        if (!one) continue;
        const uint64_t reach = trace_reach(*one->engine, {}, values);
        const Touched first = touched(*one->engine, values, {}, 0);
        const Touched second = touched(*one->engine, values, {reach, reach}, 1);
        const Touched next = touched(*one->engine, values, {0, 2 * reach, AddressPlace::Buffers::used}, 0);
        for (const auto* other : {&second.loaded, &second.stored})
          EXPECT_EQ(in_both(first.stored, *other), 0U) << spec << ' ' << network;
        EXPECT_EQ(in_both(second.stored, first.loaded), 0U) << spec << ' ' << network;
        EXPECT_EQ(first.loaded.size(), second.loaded.size());
        EXPECT_GE(in_both(first.loaded, second.loaded) * 64, one->network->whole().connections() * 4)
            << spec << ' ' << network;
        EXPECT_EQ(in_both(next.stored, first.stored), next.stored.size()) << spec;   // a worker uses its buffers again
        EXPECT_LT(in_both(next.loaded, first.loaded), first.loaded.size()) << spec;  // the inputs are new
        ++looked_at;
      }
  EXPECT_GT(looked_at, 15U);
}

CacheTree tree_of(uint32_t cores, const CacheGeometry& own, const CacheGeometry& shared, uint32_t sharers) {
  CacheTree tree{cores, {}};
  for (uint32_t core = 0; core < cores; ++core) tree.caches.push_back({own, core, 1});
  for (uint32_t core = 0; core < cores; core += sharers) tree.caches.push_back({shared, core, sharers});
  return tree;
}

TEST(TeamSimulation, OneWorkerCountsWhatTheMeterCounts) {
  const std::vector<CacheGeometry> levels = {{"L1", 4096, 64, 1}, {"L2", 64 << 10, 64, 4}};
  for (const std::string& spec : engines()) {
    const auto one = prepared(spec, networks[0], 16);
    if (!one) continue;
    for (const std::string hierarchy : {"independent", "filtered"}) {
      MeterRequest request;
      request.trace = [&](const TraceSink& sink) { trace(*one->engine, {}, InputValues::bits, sink); };
      request.levels = levels;
      const auto meter = resolve<MeterKind>("simulated:hierarchy=" + hierarchy, "test");
      const Counts want = meter.kind().measure(request, meter.params);
      const TeamTraffic got =
          simulate_team(*one->engine, InputValues::bits, caches_over(tree_of(4, levels[0], levels[1], 2), 1, "test"),
                        {1, 1, 100}, hierarchy == "filtered" ? Hierarchy::filtered : Hierarchy::independent);
      ASSERT_EQ(got.levels.size(), 2U);
      for (size_t k = 0; k < 2; ++k) {
        EXPECT_EQ(static_cast<double>(got.levels[k].counts.accesses), want.levels[k].accesses) << spec;
        EXPECT_EQ(static_cast<double>(got.levels[k].counts.read_misses), want.levels[k].read_misses) << spec;
        EXPECT_EQ(static_cast<double>(got.levels[k].counts.write_misses), want.levels[k].write_misses) << spec;
        EXPECT_EQ(static_cast<double>(got.levels[k].counts.write_backs), want.levels[k].write_backs) << spec;
      }
    }
  }
}

TEST(TeamSimulation, OfCachesThatHoldEverything) {
  const auto one = prepared("csr", networks[0], 16);
  const CacheGeometry huge{"L3", 1 << 30, 64, 0};
  const auto caches = caches_over(tree_of(4, {"L1", 1024, 64, 2}, huge, 4), 4, "test");
  const Touched lines = touched(*one->engine, InputValues::bits, {}, 0);
  std::set<uint64_t> all = lines.loaded;
  all.insert(lines.stored.begin(), lines.stored.end());
  const uint64_t reach = trace_reach(*one->engine, {}, InputValues::bits);
  const uint64_t shared = in_both(lines.loaded, touched(*one->engine, InputValues::bits, {reach, reach}, 1).loaded);
  const TeamTraffic cold = simulate_team(*one->engine, InputValues::bits, caches, {4, 1, 50}, Hierarchy::filtered);
  EXPECT_EQ(cold.memory_read_bytes, 64.0 * static_cast<double>(shared + 4 * (all.size() - shared)));
  EXPECT_EQ(cold.memory_written_bytes, 64.0 * 4 * static_cast<double>(lines.stored.size()));
  // With the caches warm only the inputs of the next panel come, and nothing leaves.
  const uint64_t input_lines = lines.loaded.size() - shared - in_both(lines.loaded, lines.stored);
  const TeamTraffic warm = simulate_team(*one->engine, InputValues::bits, caches, {4, 3, 50}, Hierarchy::filtered);
  EXPECT_EQ(warm.memory_read_bytes, 64.0 * 4 * static_cast<double>(input_lines));
  EXPECT_EQ(warm.memory_written_bytes, 0);
  EXPECT_EQ(warm.multiply_adds, 4.0 * 16 * static_cast<double>(one->network->whole().connections()));
}

TEST(TeamSimulation, WhoSharesNothingCountsAsOneAlone) {
  const auto one = prepared("tiled:kernel=csr", networks[0], 16);
  const CacheTree tree = tree_of(3, {"L1", 4096, 64, 0}, {"L2", 1 << 16, 64, 0}, 1);
  const TeamTraffic alone =
      simulate_team(*one->engine, InputValues::bits, caches_over(tree, 1, "test"), {1, 1, 7}, Hierarchy::filtered);
  const TeamTraffic three =
      simulate_team(*one->engine, InputValues::bits, caches_over(tree, 3, "test"), {3, 1, 7}, Hierarchy::filtered);
  EXPECT_EQ(three.memory_read_bytes, 3 * alone.memory_read_bytes);
  EXPECT_EQ(three.memory_written_bytes, 3 * alone.memory_written_bytes);
  EXPECT_EQ(three.levels[1].counts.accesses, 3 * alone.levels[1].counts.accesses);
}

TEST(TeamSimulation, ARoofIsTheLowerOfTwo) {
  TeamTraffic traffic;
  traffic.multiply_adds = 1000;
  traffic.memory_read_bytes = 400;
  traffic.memory_written_bytes = 100;
  EXPECT_EQ(roof_of(traffic, 2, 10, 1000).multiply_adds_per_second, 20);
  EXPECT_EQ(roof_of(traffic, 2, 10, 1000).limit, "compute");
  EXPECT_EQ(roof_of(traffic, 2, 10, 5).multiply_adds_per_second, 10);
  EXPECT_EQ(roof_of(traffic, 2, 10, 5).limit, "memory");
}

TEST(TeamSimulation, MoreWorkersThanCoresAreRefused) {
  const CacheTree tree = tree_of(2, {"L1", 4096, 64, 0}, {"L2", 1 << 16, 64, 0}, 2);
  EXPECT_THROW(caches_over(tree, 3, "test"), BadInput);
  EXPECT_THROW(caches_over(tree, 0, "test"), BadInput);
  EXPECT_THROW(caches_over({2, {{{"L1", 4096, 64, 0}, 0, 1}}}, 2, "test"), BadInput);
}

}  // namespace
}  // namespace sparsio
