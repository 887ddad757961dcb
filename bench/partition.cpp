// partition: what each partitioner makes workers send each other, and how long it takes to find.
// The official network of 1024 neurons and 120 layers, and two random ones, for 8 parts. Counters: words and messages
// of an inference, and the imbalance.
#include <benchmark/benchmark.h>

#include "part/partitioner.hpp"
#include "part/shared/volume.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

constexpr uint32_t parts = 8;

void make_partition(benchmark::State& state, const std::string& name, const std::string& network_spec) {
  NetworkSource source = open_network(network_spec, "bench");
  LayerSource& network = *std::get<std::unique_ptr<LayerSource>>(source);
  const auto& kind = Registry<PartitionerKind>::instance().find(name, "bench").kind;
  const Params params(kind.options, {}, name);
  Partition made;
  for (auto _ : state) made = partition(kind, network, parts, params);
  const Volume volume = volume_of(network, made);
  state.counters["words"] = static_cast<double>(volume.total.words);
  state.counters["messages"] = static_cast<double>(volume.total.messages);
  state.counters["imbalance"] = volume.total.imbalance;
}

}  // namespace
}  // namespace sparsio

int main(int argc, char** argv) {
  using namespace sparsio;
  for (const std::string network :
       {"radix_net:neurons=1024,layers=120", "mlp:widths=500x5,density=0.1", "mlp:widths=1024-4096-1024,density=0.005"})
    for (const std::string& method : dividing_partitioners())
      benchmark::RegisterBenchmark((method + "/" + network).c_str(), make_partition, method, network)
          ->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
