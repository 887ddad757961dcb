// networks: how fast networks are made, walked layer by layer; 65536 x 1920 has 4 x 10^9 connections and never fits
// whole. The counter peak_MiB is the most memory the process has ever held, so the largest walk comes last.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "base/spec.hpp"
#include "gen/generator.hpp"

namespace sparsio {
namespace {

void walk(benchmark::State& state, const std::string& text) {
  const auto spec = resolve<NetworkKind>(text, "bench");
  NetworkSource source = spec.kind().make(spec.params);
  LayerSource& layers = *std::get<std::unique_ptr<LayerSource>>(source);
  uint64_t connections = 0;
  for (auto _ : state) {
    connections = 0;
    Layer layer;
    for (layers.restart(); layers.next(layer);) connections += layer.connections();
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["connections"] = static_cast<double>(connections);
  state.counters["connections/s"] =
      benchmark::Counter(static_cast<double>(connections), benchmark::Counter::kIsIterationInvariantRate);
  state.counters["peak_MiB"] = static_cast<double>(usage.ru_maxrss) / 1024;
}
BENCHMARK_CAPTURE(walk, mlp, std::string("mlp:widths=500x5,density=0.1"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(walk, radix_net_1024_120, std::string("radix_net:neurons=1024,layers=120"))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(walk, radix_net_65536_1920, std::string("radix_net:neurons=65536,layers=1920"))
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);

}  // namespace
}  // namespace sparsio

BENCHMARK_MAIN();
