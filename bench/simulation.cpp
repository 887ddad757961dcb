// simulation: connections a second of the I/O model, and the memory it takes, on the network that the goals name
// (radix_net 1024 x 120, W = 4 x 10^6, neuron by neuron). Two subjects: one fast memory (every policy, M = 100 and
// 10^4), and every fast memory at once (every policy that has a miss curve; mlp 500 x 5 as well).
// The memory is counted where it is asked for: operator new keeps the greatest sum of bytes in use. The network's own
// arrays are not in it; the steps that are walked are (8 bytes a connection).
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <new>

#include "base/spec.hpp"
#include "gen/generator.hpp"
#include "io/policy.hpp"
#include "order/order_kind.hpp"

namespace {

uint64_t bytes_in_use = 0;
uint64_t most_bytes_in_use = 0;

}  // namespace

// Not inlined: GCC takes malloc in one and free in the other for a mismatch when it sees both in one function.
[[gnu::noinline]]  // Not inlined: the compiler would see malloc on one side and delete on the other.
[[gnu::noinline]] void*
operator new(size_t bytes) {
  void* place = std::malloc(bytes);
  if (place == nullptr) throw std::bad_alloc();
  bytes_in_use += malloc_usable_size(place);
  most_bytes_in_use = std::max(most_bytes_in_use, bytes_in_use);
  return place;
}
[[gnu::noinline]] [[gnu::noinline]] void operator delete(void* place) noexcept {
  bytes_in_use -= place == nullptr ? 0 : malloc_usable_size(place);
  std::free(place);
}
[[gnu::noinline]] [[gnu::noinline]] void operator delete(void* place, size_t) noexcept {
  operator delete(place);
}

namespace sparsio {
namespace {

struct Subject {
  Network network;
  std::vector<Step> sequence;
};

const Subject& subject(const std::string& spec, const std::string& order) {
  static std::map<std::string, std::unique_ptr<Subject>> made;
  auto& one = made[spec + ' ' + order];
  if (one == nullptr) {
    const auto kind = resolve<NetworkKind>(spec, "");
    NetworkSource source = kind.kind().make(kind.params);
    one = std::make_unique<Subject>(Subject{flatten(source), {}});
    const auto orders = resolve<OrderKind>(order, "");
    one->sequence = steps(one->network, orders.kind().make(one->network, 100, orders.params));
  }
  return *one;
}

template <class Action>
void measure(benchmark::State& state, const Subject& on, const Action& action) {
  const uint64_t before = bytes_in_use;
  most_bytes_in_use = before;
  for (auto _ : state) action();
  const auto connections = static_cast<double>(on.network.connections());
  state.counters["connections"] =
      benchmark::Counter(connections * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["bytes_a_connection"] =
      static_cast<double>(most_bytes_in_use - before) / connections + static_cast<double>(sizeof(Step));
}

const std::string radix_net = "radix_net:neurons=1024,layers=120";
const std::string mlp = "mlp:widths=500x5,density=0.1";

void add_benchmarks() {
  for (const auto& policy : Registry<PolicyKind>::instance().entries()) {
    for (const uint64_t memory : {100, 10000})
      benchmark::RegisterBenchmark(("one_memory/" + policy.name + "/M:" + std::to_string(memory)).c_str(),
                                   [&policy, memory](benchmark::State& state) {
                                     const Subject& on = subject(radix_net, "by_target");
                                     measure(state, on, [&] {
                                       benchmark::DoNotOptimize(policy.kind.simulate(on.network, on.sequence, memory));
                                     });
                                   })
          ->Unit(benchmark::kMillisecond);
    if (policy.kind.curve == nullptr) continue;
    for (const auto& [name, spec] : {std::pair{"radix_net", &radix_net}, std::pair{"mlp", &mlp}})
      for (const std::string order : {"by_target", "blocks", "by_source"})
        benchmark::RegisterBenchmark(
            ("every_memory/" + policy.name + '/' + name + '/' + order).c_str(),
            [&policy, spec = spec, order](benchmark::State& state) {
              const Subject& on = subject(*spec, order);
              measure(state, on, [&] { benchmark::DoNotOptimize(policy.kind.curve(on.network, on.sequence)); });
            })
            ->Unit(benchmark::kMillisecond);
  }
}

}  // namespace
}  // namespace sparsio

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 1;
  sparsio::add_benchmarks();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
