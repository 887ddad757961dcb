// phases: what the instance bound proves of repeated reads, and what any phase argument of its kind could prove.
// `bound` times lower_instance and prints the repeated reads that it proves. `dense_sets` looks for sets of s = M - 1 +
// R neurons of one pair of layers with many connections (from random targets: the sources with most connections to
// them, the targets with most to those, and so on). Such a set might be a phase of R reads, so an argument that counts
// every connection alike proves no more than R (W / most - 1) + M - 1 reads; the best R says how much is left to prove.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>

#include "base/random.hpp"
#include "base/spec.hpp"
#include "bound/lower_instance.hpp"
#include "gen/generator.hpp"

namespace sparsio {
namespace {

constexpr uint64_t memory = 100;
constexpr uint64_t starts = 30;  // of the search, a pair

const Network& network(const std::string& density) {
  static std::map<std::string, Network> made;
  const auto found = made.find(density);
  if (found != made.end()) return found->second;
  const auto kind = resolve<NetworkKind>("mlp:widths=500x5,density=" + density, "bench");
  NetworkSource source = kind.kind().make(kind.params);
  return made.emplace(density, flatten(source)).first->second;
}

void bound(benchmark::State& state, const std::string& density) {
  const Network& on = network(density);
  InstanceBound proved{};
  for (auto _ : state) proved = lower_instance(on, memory);
  state.counters["repeated_reads"] = static_cast<double>(proved.reads - bounds(on.facts()).lower_reads);
}

/// One layer and the next: for each neuron of either those it is connected to.
struct Pair {
  std::vector<std::vector<uint32_t>> of_source, of_target;
};

/// The `count` rows with most members that are taken; returns those members' number.
uint64_t choose(const std::vector<std::vector<uint32_t>>& rows, std::vector<bool>& taken, uint64_t count,
                std::vector<bool>& chosen) {
  std::vector<std::pair<uint64_t, uint32_t>> order;
  for (uint32_t v = 0; v < rows.size(); ++v)
    order.emplace_back(std::count_if(rows[v].begin(), rows[v].end(), [&](uint32_t u) { return taken[u]; }), v);
  std::sort(order.begin(), order.end(), std::greater<>());
  order.resize(std::min<size_t>(order.size(), count));
  chosen.assign(rows.size(), false);
  uint64_t connections = 0;
  for (const auto& [members, v] : order) connections += members, chosen[v] = true;
  return connections;
}

uint64_t densest(const Pair& pair, uint64_t sources, uint64_t targets) {
  RandomStream random(1, sources);
  uint64_t most = 0;
  for (uint64_t start = 0; start < starts; ++start) {
    std::vector<bool> source;
    std::vector<bool> target(pair.of_target.size());
    for (uint64_t k = 0; k < targets; ++k) target[random.below(target.size())] = true;
    for (uint64_t last = 0;;) {
      choose(pair.of_source, target, sources, source);
      const uint64_t now = choose(pair.of_target, source, targets, target);
      most = std::max(most, now);
      if (now <= last) break;
      last = now;
    }
  }
  return most;
}

void dense_sets(benchmark::State& state, const std::string& density, uint64_t reads) {
  const Network& on = network(density);
  const auto begin = on.layer_begin();
  const uint64_t size = memory - 1 + reads;
  uint64_t most = 1;
  for (auto _ : state)
    for (size_t l = 0; l + 2 < begin.size(); ++l) {
      Pair pair{std::vector<std::vector<uint32_t>>(begin[l + 1] - begin[l]),
                std::vector<std::vector<uint32_t>>(begin[l + 2] - begin[l + 1])};
      for (uint32_t v = begin[l + 1]; v < begin[l + 2]; ++v)
        for (uint64_t k = on.in_begin()[v]; k < on.in_begin()[v + 1]; ++k) {
          pair.of_source[on.source()[k] - begin[l]].push_back(v - begin[l + 1]);
          pair.of_target[v - begin[l + 1]].push_back(on.source()[k] - begin[l]);
        }
      most = std::max(most, densest(pair, size / 2, size - size / 2));
    }
  const double all = static_cast<double>(on.connections());
  const double mean = all / static_cast<double>(begin.size() - 2) / 250'000.0 * static_cast<double>(size * size) / 4;
  state.counters["connections"] = static_cast<double>(most);
  state.counters["over_mean"] = static_cast<double>(most) / mean;
  state.counters["no_more_repeated_reads"] =
      static_cast<double>(reads) * (all / static_cast<double>(most) - 1) +
      (static_cast<double>(memory - 1) - static_cast<double>(on.facts().neurons));
}

void register_all() {
  for (const std::string density : {"0.1", "0.01"})
    benchmark::RegisterBenchmark(("bound/" + density).c_str(), bound, density)->Unit(benchmark::kMillisecond);
  for (uint64_t reads = 100; reads <= 300; reads += 20)
    benchmark::RegisterBenchmark(("dense_sets/0.1/reads:" + std::to_string(reads)).c_str(), dense_sets, "0.1", reads)
        ->Unit(benchmark::kMillisecond)
        ->Iterations(1);
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
