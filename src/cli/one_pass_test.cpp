// needs: valgrind
// Does `trace` tell the truth? An engine's trace, replayed by the meter `simulated`, against what the compiled engine
// really did under callgrind, in the same cold caches, for the engines whose traces have been proved so: reference, csr
// and connection_list. Claims:
// * on passes of more than 5 000 misses they differ by less than 2 %;
// * on a small pass in a cache that holds all of it, callgrind sees the same lines and those that only the process has:
//   stack, allocator, OpenMP, fewer than 250.
// Between the two, a cache of few sets that is just full may differ by more, because the trace's buffers lie elsewhere
// than the allocator's.
#include "run/one_pass.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "count/child_process.hpp"
#include "exec/engine.hpp"
#include "plugin/spec.hpp"
#include "run/workbench.hpp"

namespace sparsio {
namespace {

constexpr const char* no_valgrind = "there is no valgrind on PATH";

const CacheGeometry memory{"memory", 16 << 10, 64, 0};      // the model's M: fully associative
const CacheGeometry strange{"strange", 48 << 10, 128, 12};  // no machine's
const CacheGeometry first{"L1", 32 << 10, 64, 8};
const CacheGeometry second{"L2", 256 << 10, 64, 16};
const CacheGeometry large{"L3", 4 << 20, 64, 16};  // holds all of a small network

struct Pair {
  Counts simulated;
  Counts callgrind;
};

Counts count(const char* name, const MeterRequest& request) {
  const auto meter = resolve<MeterKind>(name, "test");
  return meter.kind().measure(request, meter.params);
}

/// Both counts of one pass. Unsupported if the engine cannot execute the network.
Pair count_both(const std::string& engine_name, const std::string& network_spec, std::vector<CacheGeometry> levels) {
  Case one;
  one.set("network", network_spec, "test");
  one.set("inputs", "images:count=48", "test");
  one.set("engine", engine_name, "test");
  Workbench workbench;
  const auto network = workbench.network(network_spec, "test");
  Plan plan;
  plan.network = network->whole_if_small();
  plan.layers = network->layers();
  const auto kind = resolve<EngineKind>(engine_name, "test");
  const auto engine = kind.kind().make(kind.params);
  engine->prepare(plan);
  MeterRequest request;
  request.trace = [&](const TraceSink& sink) { engine->trace(sink); };
  request.levels = std::move(levels);
  request.command = one_pass_command(SPARSIO_PROGRAM, one, static_cast<uint64_t>(one.integer("tile")), 100);
  return {count("simulated", request), count("callgrind", request)};
}

/// Calls check(engine's name, simulated, callgrind) for every proved engine, level by level.
template <class Check>
void for_every_engine(const std::string& network, const std::vector<CacheGeometry>& levels, const Check& check) {
  for (const std::string engine : {"reference", "csr", "connection_list"}) {
    const Pair pair = count_both(engine, network, levels);
    ASSERT_EQ(pair.simulated.status, "measured") << engine;
    ASSERT_EQ(pair.callgrind.status, "measured") << engine;
    for (size_t k = 0; k < levels.size(); ++k)
      check(engine + " " + levels[k].name, pair.simulated.levels[k].misses, pair.callgrind.levels[k].misses);
  }
}

void expect_within_two_percent(const std::string& what, double simulated, double callgrind) {
  EXPECT_GT(simulated, 5000) << what;
  EXPECT_NEAR(callgrind, simulated, 0.02 * simulated) << what;
}

TEST(Callgrind, AgreesOnAnMlp) {
  if (find_program("valgrind").empty()) GTEST_SKIP() << no_valgrind;
  for_every_engine("mlp:widths=500x4,density=0.2", {memory, strange}, expect_within_two_percent);
}

TEST(Callgrind, AgreesOnARadixNet) {
  if (find_program("valgrind").empty()) GTEST_SKIP() << no_valgrind;
  for_every_engine("radix_net:neurons=256,layers=16", {first, second}, expect_within_two_percent);
}

TEST(Callgrind, SeesTheLinesOfTheProcessToo) {
  if (find_program("valgrind").empty()) GTEST_SKIP() << no_valgrind;
  for_every_engine("mlp:widths=100x4,density=0.2", {large},
                   [](const std::string& what, double simulated, double callgrind) {
                     EXPECT_GE(callgrind, simulated) << what;
                     EXPECT_LE(callgrind, simulated + 250) << what;
                   });
}

}  // namespace
}  // namespace sparsio
