// io: how fast the model runs, every policy over a range of M, on the official 1024 x 120 network in by_target order.
// Connections a second on one core; the simulation is one pass over the steps, so the limit is the latency of dependent
// loads, not arithmetic.
#include <benchmark/benchmark.h>

#include "base/spec.hpp"
#include "gen/generator.hpp"
#include "io/policy.hpp"
#include "net/order.hpp"

namespace sparsio {
namespace {

const Network& official_network() {
  static const Network network = [] {
    const auto spec = resolve<NetworkKind>("radix_net:neurons=1024,layers=120", "bench");
    NetworkSource source = spec.kind().make(spec.params);
    return flatten(source);
  }();
  return network;
}

void simulate(benchmark::State& state, const PolicyKind& policy) {
  const Network& network = official_network();
  const std::vector<Step> sequence = steps(network, Order());
  const auto memory = static_cast<uint64_t>(state.range(0));
  IoCount count;
  for (auto _ : state) {
    count = policy.simulate(network, sequence, memory);
    benchmark::DoNotOptimize(count);
  }
  const auto connections = static_cast<double>(network.connections());
  state.counters["connections/s"] =
      benchmark::Counter(connections, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
  state.counters["value_reads"] = static_cast<double>(count.value_reads);
}

}  // namespace
}  // namespace sparsio

int main(int argc, char** argv) {
  using namespace sparsio;
  for (const auto& entry : Registry<PolicyKind>::instance().entries())
    benchmark::RegisterBenchmark(("io/" + entry.name).c_str(),
                                 [&entry](benchmark::State& s) { simulate(s, entry.kind); })
        ->ArgName("M")
        ->Arg(100)
        ->Arg(1000)
        ->Arg(10000)
        ->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
