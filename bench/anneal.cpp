// anneal: proposals a second, beside full evaluations a second, at W = 10^5 and M = 100 on one core.
// `incremental` draws random moves as annealing does at a low temperature (what makes the order no worse is kept, so
// the order stays near its start), `full` simulates the whole order once a proposal. Names: policy, the order started
// from, and for `incremental` the farthest a step may go; wide moves cost more, since all they pass is run again.
#include <benchmark/benchmark.h>

#include "base/spec.hpp"
#include "gen/generator.hpp"
#include "io/policy.hpp"
#include "order/anneal/incremental_cost.hpp"
#include "order/anneal/moves.hpp"
#include "order/order_kind.hpp"

namespace sparsio {
namespace {

constexpr uint64_t memory = 100;

const Network& network() {
  static const Network made = [] {
    const auto kind = resolve<NetworkKind>("mlp:widths=500x5,density=0.1", "bench");
    NetworkSource source = kind.kind().make(kind.params);
    return flatten(source);
  }();
  return made;
}

std::vector<Step> steps_of(const std::string& order) {
  const auto kind = resolve<OrderKind>(order, "bench");
  return steps(network(), kind.kind().make(network(), memory, kind.params));
}

void rate(benchmark::State& state, uint64_t proposals) {
  state.counters["proposals"] = benchmark::Counter(static_cast<double>(proposals), benchmark::Counter::kIsRate);
}

void incremental(benchmark::State& state, const std::string& policy, const std::string& order, uint64_t window) {
  const auto cost = incremental_cost(network(), steps_of(order), memory, policy, "bench");
  Mover mover(network().neurons(), window);
  RandomStream random(1, 1);
  std::vector<Step> changed;
  uint64_t kept = 0;
  uint64_t proposals = 0;
  for (auto _ : state) {
    const Move& move = mover.draw(cost->steps(), random);
    if (move.from.empty()) continue;
    ++proposals;
    changed.clear();
    for (const uint32_t k : move.from) changed.push_back(cost->steps()[k]);
    const uint64_t before = cost->total();
    cost->attempt(move.begin, changed);
    if (cost->total() > before) {
      cost->drop();
    } else {
      cost->keep();
      ++kept;
    }
  }
  rate(state, proposals);
  state.counters["kept"] = static_cast<double>(kept) / static_cast<double>(std::max<uint64_t>(1, proposals));
}

void full(benchmark::State& state, const std::string& policy, const std::string& order) {
  const PolicyKind& kind = Registry<PolicyKind>::instance().find(policy, "bench").kind;
  const std::vector<Step> sequence = steps_of(order);
  uint64_t proposals = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(kind.simulate(network(), sequence, memory));
    ++proposals;
  }
  rate(state, proposals);
}

void register_all() {
  for (const std::string policy : {"lru", "min", "rr"}) {
    for (const std::string order : {"by_target", "blocks"}) {
      const auto name = [&](const char* what) { return std::string(what) + "/" + policy + "/" + order; };
      for (const uint64_t window : {100, 1000})
        benchmark::RegisterBenchmark((name("incremental") + "/" + std::to_string(window)).c_str(), incremental, policy,
                                     order, window);
      benchmark::RegisterBenchmark(name("full").c_str(), full, policy, order);
    }
  }
}

}  // namespace
}  // namespace sparsio

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  sparsio::register_all();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
