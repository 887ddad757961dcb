// meters: what it costs to look. Every meter that counts, on the same small pass of the engine `csr`; `pass` is the
// pass by itself. A rate is passes looked at a second; slowdown is against the pass by itself, measured in the same
// run. Then the start and stop of a team's counters, which stand around every measured region.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <filesystem>

#include "base/spec.hpp"
#include "count/meter.hpp"
#include "count/papi/thread_usage.hpp"
#include "exec/engine.hpp"
#include "exec/shared/trace.hpp"
#include "run/case_cache.hpp"
#include "run/one_pass.hpp"

namespace sparsio {
namespace {

/// One panel of 48 inputs through 16 layers of 256 neurons.
struct Example {
  Example() {
    one.set("network", "radix_net:neurons=256,layers=16", "bench");
    one.set("inputs", "images:count=48", "bench");
    one.set("engine", "csr", "bench");
    network = cache.network(one.text("network"), "bench");
    inputs = cache.inputs(one.text("inputs"), network->input_width(), "bench");
    plan.network = network->whole_if_small();
    plan.layers = network->layers();
    const auto kind = resolve<EngineKind>("csr", "bench");
    engine = kind.kind().make(kind.params);
    engine->prepare(plan);
    request.trace = [this](const TraceSink& sink) { trace(*engine, {}, InputValues::bits, sink); };
    request.region = [this] { return prepare_one_pass("csr", plan, *inputs, "bench"); };
    request.levels = {{"l1", 32 << 10, 64, 8}, {"l2", 1 << 20, 64, 16}};
    request.machine_levels = request.levels;
    // The program lies beside its benchmarks.
    const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "sparsio";
    if (std::filesystem::exists(program)) request.command = one_pass_command(program.string(), one, 48, 100, 0);
  }
  Example(const Example&) = delete;
  Example& operator=(const Example&) = delete;

  /// Seconds of the pass by itself, the fastest of many.
  double pass_seconds() const {
    const Pass pass = request.region();
    double fastest = INFINITY;
    for (int k = 0; k < 200; ++k) {
      const auto start = std::chrono::steady_clock::now();
      pass();
      fastest = std::min(fastest, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return fastest;
  }

  Case one;
  CaseCache cache;
  std::shared_ptr<NetworkAtHand> network;
  std::shared_ptr<const Inputs> inputs;
  Plan plan;
  std::unique_ptr<Engine> engine;
  MeterRequest request;
};

void pass_alone(benchmark::State& state) {
  const Example example;
  const Pass pass = example.request.region();
  for (auto _ : state) pass();
}

void meter(benchmark::State& state, const std::string& name) {
  const Example example;
  const auto kind = resolve<MeterKind>(name, "bench");
  Counts counts;
  double seconds = 0;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    counts = kind.kind().measure(example.request, kind.params);
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  state.SetLabel(counts.status.substr(0, 60));
  state.counters["slowdown"] = seconds / static_cast<double>(state.iterations()) / example.pass_seconds();
}

void usage_start_stop(benchmark::State& state) {
  const auto usage = make_thread_usage();
  for (auto _ : state) {
    usage->start();
    benchmark::DoNotOptimize(usage->stop());
  }
}

const int registered = [] {
  benchmark::RegisterBenchmark("pass", pass_alone)->Unit(benchmark::kMillisecond)->UseRealTime();
  for (const std::string& name : Registry<MeterKind>::instance().names())
    benchmark::RegisterBenchmark(("meter/" + name).c_str(), [name](benchmark::State& state) { meter(state, name); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  benchmark::RegisterBenchmark("usage_start_stop", usage_start_stop)->UseRealTime();
  return 0;
}();

}  // namespace
}  // namespace sparsio

BENCHMARK_MAIN();
