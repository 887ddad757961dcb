// kernels: one layer on one panel by each kernel alone, without a walk: random layers of a few densities, on the panels
// at which kernels are at their best. By processor time of the thread; `connections` is a rate, `of_fma` that rate over
// multiply-adds a second by processor time, measured directly before the case. A kernel that is another one's rival is
// compared within a run in turns (--benchmark_enable_random_interleaving=true, with repetitions).
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/random.hpp"
#include "exec/kernel/kernel.hpp"
#include "exec/machine/peak.hpp"
#include "exec/machine/simd_limit.hpp"
#include "exec/shared/aligned.hpp"
#include "net/given_layers.hpp"

namespace sparsio {
namespace {

constexpr double densities[] = {0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1};
constexpr uint32_t panels[] = {32, 48, 64, 96, 128};

const Layer& random_layer(uint32_t width, double density) {
  static std::map<std::pair<uint32_t, double>, Layer> kept;
  Layer& layer = kept[{width, density}];
  if (!layer.begin.empty()) return layer;
  layer.sources = layer.targets = width;
  layer.begin.assign(1, 0);
  for (uint32_t t = 0; t < width; ++t) {
    RandomStream random(1, t);
    for (uint32_t s = 0; s < width; ++s)
      if (random.uniform() < density) {
        layer.source.push_back(s);
        layer.weight.push_back(static_cast<float>(random.uniform(-1, 1)));
      }
    layer.begin.push_back(layer.source.size());
  }
  layer.bias.assign(width, -0.1F);
  return layer;
}

void run_kernel(benchmark::State& state, const Registry<KernelKind>::Entry& entry, uint32_t width, double density,
                uint32_t panel) {
  const Layer& layer = random_layer(width, density);
  GivenLayers layers({layer});
  Plan plan;
  plan.layers = &layers;
  plan.panel = panel;
  const auto maker = entry.kind.make(plan, Params(entry.kind.options, {}, entry.name));
  const auto kernel = maker->make(layer, {});
  const bool is_recycled = maker->recycled_rows() > 0;
  const uint32_t stride = row_stride(panel);
  AlignedVector<float> x(uint64_t{is_recycled ? maker->recycled_rows() : width} * stride, 0.5F);
  AlignedVector<float> y(is_recycled ? 0 : x.size());
  const double peak = fma_peak(1, 0.01).per_cpu_second;
  for (auto _ : state) kernel->forward(x.data(), is_recycled ? x.data() : y.data(), stride, panel);
  const double executed = static_cast<double>(state.iterations()) * static_cast<double>(layer.connections()) * panel;
  state.counters["connections"] = benchmark::Counter(executed, benchmark::Counter::kIsRate);
  state.counters["of_fma"] = benchmark::Counter(executed / peak, benchmark::Counter::kIsRate);
  state.SetLabel(maker->simd());
}

void register_all() {
  for (const auto& entry : Registry<KernelKind>::instance().entries())
    for (const uint32_t width : {1024U, 4096U})
      for (const double density : densities)
        for (const uint32_t panel : panels)
          benchmark::RegisterBenchmark(
              fmt::format("{}/{}/density:{}/panel:{}", entry.name, width, density, panel).c_str(),
              [&entry, width, density, panel](benchmark::State& state) {
                run_kernel(state, entry, width, density, panel);
              });
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
