// csr: the honest baseline on the official 1024 x 120 network, dense activations, every connection executed, over
// panels and threads. bench/engines.cpp sets it beside the other engines and the peak of the machine.
#include <benchmark/benchmark.h>
#include <omp.h>

#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "gen/generator.hpp"

namespace sparsio {
namespace {

LayerSource& official_layers() {
  static NetworkSource source = [] {
    const auto spec = resolve<NetworkKind>("radix_net:neurons=1024,layers=120", "bench");
    return spec.kind().make(spec.params);
  }();
  return *std::get<std::unique_ptr<LayerSource>>(source);
}

void infer(benchmark::State& state) {
  Plan plan;
  plan.layers = &official_layers();
  plan.panel = static_cast<uint32_t>(state.range(0));
  plan.threads = static_cast<unsigned>(state.range(1));
  const auto spec = resolve<EngineKind>("csr", "bench");
  const auto engine = spec.kind().make(spec.params);
  engine->prepare(plan);
  // Dense activations: the general track executes every connection whatever the values are.
  const auto images = resolve<InputKind>("images:count=3840", "bench");
  const Inputs inputs = images.kind().make(images.params, 1024);
  uint64_t executed = 0;
  for (auto _ : state) executed = engine->run(inputs, Observe::categories, {}).executed_edges;
  state.counters["connections/s"] =
      benchmark::Counter(static_cast<double>(executed), benchmark::Counter::kIsIterationInvariantRate);
  state.SetLabel(engine->simd());
}
BENCHMARK(infer)
    ->ArgNames({"panel", "threads"})
    ->ArgsProduct({{16, 32, 48, 64, 96, 128, 192, 256}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace sparsio

BENCHMARK_MAIN();
