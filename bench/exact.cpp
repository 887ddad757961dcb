// exact: how large a network the exact search solves, and in what time.
// Random multilayer perceptrons of growing size over a few sizes of fast memory, three seeds each. A case that would
// meet more than 20 million states (1 GB) is reported as an error and ends there. Beside the time: W, the states met,
// the optimum over the lower bounds, and what the policy min makes of the optimal order, over the optimum.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/spec.hpp"
#include "bound/lower_instance.hpp"
#include "gen/generator.hpp"
#include "io/policy.hpp"
#include "order/exact/exact_schedule.hpp"

namespace sparsio {
namespace {

constexpr uint64_t most_states = 20'000'000;

void solve(benchmark::State& state, const std::string& widths, double density, uint64_t seed, uint64_t memory) {
  const auto kind =
      resolve<NetworkKind>(fmt::format("mlp:widths={},density={},seed={}", widths, density, seed), "bench_exact");
  NetworkSource source = kind.kind().make(kind.params);
  const Network network = flatten(source);
  for (auto _ : state) {
    try {
      const ExactSchedule best = exact_schedule(network, memory, most_states);
      const auto words = static_cast<double>(best.value_reads + best.value_writes + network.connections());
      const auto& min = Registry<PolicyKind>::instance().find("min", "").kind;
      const IoCount count = min.simulate(network, steps(network, best.order), memory);
      state.counters["W"] = static_cast<double>(network.connections());
      state.counters["states"] = static_cast<double>(best.states);
      state.counters["over_lower"] = words / static_cast<double>(bounds(network.facts()).lower());
      state.counters["over_lower_instance"] = words / static_cast<double>(lower_instance(network, memory).total());
      state.counters["min_over_optimum"] =
          static_cast<double>(count.value_reads + count.value_writes + network.connections()) / words;
    } catch (const Unsupported& error) {
      state.SkipWithError(fmt::format("W = {}: {}", network.connections(), error.what()).c_str());
      return;
    }
  }
}

}  // namespace
}  // namespace sparsio

int main(int argc, char** argv) {
  struct Family {
    const char* widths;
    double density;
  };
  for (const Family& family : {Family{"4x3", 1.0},
                               {"4x4", 0.7},
                               {"5x3", 0.6},
                               {"5x4", 0.5},
                               {"6x3", 0.5},
                               {"6x4", 0.4},
                               {"8x3", 0.35},
                               {"8x4", 0.3},
                               {"10x3", 0.25}})
    for (const uint64_t memory : {4, 6, 8})
      for (const uint64_t seed : {1, 2, 3})
        benchmark::RegisterBenchmark(
            fmt::format("mlp:widths={},density={},seed={}/M:{}", family.widths, family.density, seed, memory).c_str(),
            [=](benchmark::State& state) { sparsio::solve(state, family.widths, family.density, seed, memory); })
            ->Unit(benchmark::kMillisecond)
            ->Iterations(1);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
