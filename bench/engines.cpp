// engines: every engine of the registry on a few networks, panels and numbers of threads.
// What the machine can do is measured in the same run, by the same threads, directly before and after each case: fused
// multiply-adds a second and bytes read a second from memory, the best of short windows. `connections` and `executed`
// are rates; `of_fma` is executed connections over that peak; `of_bandwidth` is the bytes of weights and indices
// streamed over that bandwidth. Both are also given by processor time (`..._cpu`), which other programs on the machine
// disturb less.
#include <benchmark/benchmark.h>

#include <ctime>
#include <map>
#include <vector>

#include "exec/engine.hpp"
#include "exec/machine/peak.hpp"
#include "exec/machine/simd_limit.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

struct Subject {
  std::string network;
  std::string inputs;
  std::vector<uint32_t> panels;
};

const Subject subjects[] = {
    {"radix_net:neurons=1024,layers=120", "images:count=1920", {16, 48, 64, 128}},
    {"mlp:widths=1024x20,density=0.03", "images:count=3840", {64, 128}},
    {"mlp:widths=1024x20,density=0.1", "images:count=3840", {64, 128}},
    {"radix_net:neurons=16384,layers=120", "images:count=2", {1}},  // half a GiB of connections: memory bandwidth
};

struct Opened {
  NetworkSource source;
  Network whole;
  Inputs inputs;
};

Opened& opened(const Subject& subject) {
  static std::map<std::string, Opened> kept;
  const auto found = kept.find(subject.network);
  if (found != kept.end()) return found->second;
  Opened made;
  made.source = open_network(subject.network, "bench");
  made.whole = flatten(made.source);
  made.inputs = open_inputs(subject.inputs, made.whole.layer_begin()[1], "bench");
  return kept.emplace(subject.network, std::move(made)).first->second;
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void run_engine(benchmark::State& state, const Registry<EngineKind>::Entry& entry, const Subject& subject,
                uint32_t panel, unsigned threads, Track track) {
  Opened& at = opened(subject);
  Plan plan;
  plan.network = &at.whole;
  plan.layers = std::get<std::unique_ptr<LayerSource>>(at.source).get();
  plan.panel = panel;
  plan.threads = threads;
  plan.track = track;
  const auto engine = entry.kind.make(Params(entry.kind.options, {}, entry.name));
  try {
    engine->prepare(plan);
    // An engine a thousand times slower gets a batch it can finish.
    const Inputs inputs = entry.name == "reference" ? first_rows(at.inputs, 20) : at.inputs;
    PeakRate fma = fma_peak(threads, 0.05);
    PeakRate bandwidth = read_peak(threads, uint64_t{256} << 20, 0.06);
    Outcome outcome;
    double cpu = 0;
    for (auto _ : state) {
      const double begin = cpu_seconds();
      outcome = engine->run(inputs, Observe::categories, {});
      cpu += cpu_seconds() - begin;
    }
    fma = better_of(fma, fma_peak(threads, 0.05));
    bandwidth = better_of(bandwidth, read_peak(threads, uint64_t{256} << 20, 0.06));
    const EngineCost cost = engine->cost();
    const auto rounds = static_cast<double>(state.iterations());
    const auto rate = [&](double amount) { return benchmark::Counter(amount * rounds, benchmark::Counter::kIsRate); };
    const auto executed = static_cast<double>(outcome.executed_edges);
    const double nominal = static_cast<double>(inputs.count) * static_cast<double>(cost.connections);
    const double passes = static_cast<double>((inputs.count + cost.panel - 1) / cost.panel);
    const double streamed = static_cast<double>(cost.bytes_streamed) * passes;
    state.counters["connections"] = rate(nominal);
    state.counters["executed"] = rate(executed);
    state.counters["of_fma"] = rate(executed / fma.per_second);
    state.counters["of_fma_cpu"] = executed * rounds / cpu / fma.per_cpu_second;
    if (track == Track::general) {  // elsewhere not every layer is streamed for every panel
      state.counters["bytes"] = rate(streamed);
      state.counters["of_bandwidth"] = rate(streamed / bandwidth.per_second);
      state.counters["of_bandwidth_cpu"] = streamed * rounds / cpu / bandwidth.per_cpu_second;
    }
  } catch (const Unsupported& reason) {
    state.SkipWithError(reason.what());
  }
}

void register_all() {
  for (const auto& entry : Registry<EngineKind>::instance().entries())
    for (const Subject& subject : subjects)
      for (const uint32_t panel : subject.panels)
        for (const unsigned threads : {1U, 2U})
          for (const Track track : entry.kind.tracks) {
            const std::string name = entry.name + "/" + subject.network + "/panel:" + std::to_string(panel) +
                                     "/threads:" + std::to_string(threads) + "/" + std::string(track_name(track));
            const auto* const one = &entry;
            benchmark::RegisterBenchmark(
                name.c_str(),
                [=, &subject](benchmark::State& state) { run_engine(state, *one, subject, panel, threads, track); })
                ->Unit(benchmark::kMillisecond)
                ->UseRealTime()
                ->MinTime(0.2);
          }
}

}  // namespace
}  // namespace sparsio

int main(int count, char** words) {
  sparsio::limit_simd_by_environment();
  sparsio::register_all();
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
