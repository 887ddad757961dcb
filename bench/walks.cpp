// walks: the same kernel under data_parallel, layer by layer, and under tiled, layers in depth: the first five layers
// of the networks of the Graph Challenge, which close in depth, the first five whose sources are permuted, and layers
// of chance, which do not. Every kernel that runs blocks of layers, so that a new one is timed without a word here. One
// thread, by its processor time; `connections` is a rate, `of_fma` that rate over multiply-adds a second by processor
// time, measured directly before the case; the label is what the engine says of its blocks. Two walks are compared
// within a run in turns (--benchmark_enable_random_interleaving=true, with repetitions).
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "exec/kernel/kernel.hpp"
#include "exec/machine/peak.hpp"
#include "exec/machine/simd_limit.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

constexpr uint32_t panels[] = {32, 48, 64, 96};
constexpr uint32_t depths[] = {1, 2, 5};
constexpr uint32_t passes = 2;  // a run

std::vector<std::string> networks() {
  std::vector<std::string> specs;
  for (const uint32_t neurons : {1024, 4096, 16384, 65536}) {
    specs.push_back(fmt::format("radix_net:neurons={},layers=5", neurons));
    if (neurons == 16384) specs.push_back(fmt::format("radix_net:neurons={},layers=5,first=11", neurons));
  }
  specs.emplace_back("mlp:widths=4096x6,density=0.0078125");  // 32 connections a neuron, as in the others
  return specs;
}

/// Opened once.
LayerSource& layers_of(const std::string& spec) {
  static std::map<std::string, NetworkSource> kept;
  const auto found = kept.find(spec);
  const auto& source =
      found != kept.end() ? found->second : kept.emplace(spec, open_network(spec, "bench")).first->second;
  return *std::get<std::unique_ptr<LayerSource>>(source);
}

void run_walk(benchmark::State& state, const std::string& network, const std::string& engine_spec, uint32_t panel) {
  LayerSource& layers = layers_of(network);
  Plan plan;
  plan.layers = &layers;
  plan.panel = panel;
  plan.threads = 1;
  const auto spec = resolve<EngineKind>(engine_spec, "bench");
  const auto engine = spec.kind().make(spec.params);
  try {
    engine->prepare(plan);
  } catch (const Unsupported& reason) {
    state.SkipWithError(reason.what());
    return;
  }
  const Inputs inputs =
      open_inputs(fmt::format("random:count={},density=0.5", passes * panel), layers.widths().front(), "bench");
  const double peak = fma_peak(1, 0.02).per_cpu_second;
  for (auto _ : state) engine->run(inputs, Observe::categories, {});
  const double executed = static_cast<double>(state.iterations()) * static_cast<double>(engine->cost().connections) *
                          static_cast<double>(inputs.count);
  state.counters["connections"] = benchmark::Counter(executed, benchmark::Counter::kIsRate);
  state.counters["of_fma"] = benchmark::Counter(executed / peak, benchmark::Counter::kIsRate);
  state.SetLabel(engine->note());
}

std::vector<std::string> walks() {
  std::vector<std::string> specs;
  for (const auto& entry : Registry<KernelKind>::instance().entries()) {
    if (!entry.kind.runs_blocks) continue;
    specs.push_back(fmt::format("data_parallel:kernel={}", entry.name));
    specs.push_back(fmt::format("tiled:kernel={}", entry.name));
    for (const uint32_t depth : depths) specs.push_back(fmt::format("tiled:kernel={},depth={}", entry.name, depth));
  }
  return specs;
}

void register_all() {
  for (const std::string& network : networks())
    for (const std::string& walk : walks())
      for (const uint32_t panel : panels)
        benchmark::RegisterBenchmark(fmt::format("{}/{}/panel:{}", walk, network, panel).c_str(),
                                     [=](benchmark::State& state) { run_walk(state, network, walk, panel); })
            ->Unit(benchmark::kMillisecond)
            ->MinTime(0.2);
}

}  // namespace
}  // namespace sparsio

int main(int count, char** words) {
  sparsio::limit_simd_by_environment();
  sparsio::register_all();
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
