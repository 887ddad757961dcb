// orders: what each order costs in the model and how long it takes to make.
// Two networks of five layers of 500 neurons (W = 10^5 and 10^4), M = 100, MIN. The counter `ratio` is total words over
// the lower bound W + N + S.
#include <benchmark/benchmark.h>

#include "bound/shared/bounds.hpp"
#include "order/order_kind.hpp"
#include "order/shared/adjacency.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

constexpr uint64_t memory = 100;

void make_order(benchmark::State& state, const std::string& name, const std::string& network_spec) {
  NetworkSource source = open_network(network_spec, "bench");
  const Network network = flatten(source);
  const auto& kind = Registry<OrderKind>::instance().find(name, "bench").kind;
  const Params params(kind.options, {}, name);
  Order order;
  for (auto _ : state) {
    try {
      order = kind.make(network, memory, params);
    } catch (const std::exception& refusal) {
      state.SkipWithError(refusal.what());
      return;
    }
  }
  state.counters["ratio"] = static_cast<double>(total_words(network, order, "min", memory)) /
                            static_cast<double>(bounds(network.facts()).lower());
  state.counters["connections"] =
      benchmark::Counter(static_cast<double>(network.connections()), benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace
}  // namespace sparsio

int main(int argc, char** argv) {
  using namespace sparsio;
  for (const std::string density : {"0.1", "0.01"}) {
    const std::string network = "mlp:widths=500x5,density=" + density + ",seed=1";
    for (const auto& order : Registry<OrderKind>::instance().entries())
      benchmark::RegisterBenchmark((order.name + "/density=" + density).c_str(), make_order, order.name, network)
          ->Unit(benchmark::kMillisecond);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
