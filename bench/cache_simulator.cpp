// cache_simulator: lines a second of the simulated caches, from 32 KiB to 64 MiB.
// Two traces: values and weights as an engine walks them (a stream of weights, and rows of two lines drawn at random
// from twice the cache), and the worst, single lines drawn at random from twice the cache.
#include "count/cache/cache_simulator.hpp"

#include <benchmark/benchmark.h>

#include "base/random.hpp"

namespace sparsio {
namespace {

std::vector<AccessSpan> engine_like(uint64_t cache_lines) {
  RandomStream random(1, cache_lines);
  const uint64_t weights = uint64_t{1} << 36;
  std::vector<AccessSpan> trace;
  for (uint64_t k = 0; k < (1U << 20); ++k) {
    trace.push_back({weights + k * 8, 8, Access::load});
    trace.push_back({random.below(cache_lines) * 128, 128, k % 32 == 31 ? Access::store : Access::load});
  }
  return trace;
}

std::vector<AccessSpan> random_lines(uint64_t cache_lines) {
  RandomStream random(2, cache_lines);
  std::vector<AccessSpan> trace;
  for (uint64_t k = 0; k < (1U << 21); ++k)
    trace.push_back({random.below(2 * cache_lines) * 64, 64, random.below(8) == 0 ? Access::store : Access::load});
  return trace;
}

template <std::vector<AccessSpan> (*make_trace)(uint64_t)>
void replay(benchmark::State& state) {
  const auto bytes = static_cast<uint64_t>(state.range(0));
  const std::vector<AccessSpan> trace = make_trace(bytes / 64);
  const auto cache = make_cache_simulator({"cache", bytes, 64, static_cast<uint32_t>(state.range(1))});
  constexpr size_t batch = 4096;
  for (auto _ : state)
    for (size_t begin = 0; begin < trace.size(); begin += batch)
      cache->replay(std::span(trace).subspan(begin, std::min(batch, trace.size() - begin)), Outflow::ignored());
  state.counters["lines"] =
      benchmark::Counter(static_cast<double>(cache->counts().accesses), benchmark::Counter::kIsRate);
}

void geometries(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"bytes", "ways"})->Unit(benchmark::kMillisecond);
  for (const int64_t bytes : {32 << 10, 1 << 20, 64 << 20})
    for (const int64_t ways : {8, 16, 0}) bench->Args({bytes, ways});
}

BENCHMARK(replay<engine_like>)->Apply(geometries);
BENCHMARK(replay<random_lines>)->Apply(geometries);

}  // namespace
}  // namespace sparsio

BENCHMARK_MAIN();
