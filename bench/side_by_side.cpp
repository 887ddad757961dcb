// side_by_side: engines against each other and against the machine, in turns, in one run.
// A speed-up is only worth telling if both sides were measured under the same conditions. So every contender is
// prepared first; then come rounds, in each of which every contender runs for at least some milliseconds, with a window
// of the peak kernels (exec/machine_peak) directly before and after, on the same threads. A fraction is the median over
// the rounds of rate / the better of the two peaks beside it, a ratio the median of the ratios within a round: clocks
// and neighbours change from second to second, but hit both sides alike. Every contender's answer is checked against
// `reference` on a few inputs; a wrong one prints `incorrect` where its rate would be.
//
//   bench_side_by_side NAME...               contests of the table below; without names, a list of them
//   bench_side_by_side NETWORK INPUTS CONTENDER...   one of your own; a contender is engine/panel/threads[/track]
// SPARSIO_ROUNDS changes the number of rounds. SPARSIO_CLOCK=processor goes by the processor time of the process, an
// equal part for each thread: on a busy machine, and with one thread, or several that never wait.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <vector>

#include "base/params.hpp"
#include "base/spec.hpp"
#include "driver/shared/execute.hpp"
#include "exec/engine.hpp"
#include "exec/machine/peak.hpp"
#include "exec/machine/simd_limit.hpp"
#include "run/open.hpp"
#include "statistics/median_interval.hpp"

namespace sparsio {
namespace {

struct Contest {
  std::string name;
  std::vector<std::string> networks;
  std::string inputs;
  std::vector<std::string> contenders;
};

std::vector<std::string> over_density(const std::string& widths, const std::vector<const char*>& densities) {
  std::vector<std::string> networks;
  for (const char* density : densities) networks.push_back(fmt::format("mlp:widths={},density={}", widths, density));
  return networks;
}

const std::vector<const char*> pruned = {"0.001", "0.003", "0.01", "0.03", "0.1"};

const std::vector<Contest> contests = {
    // Enough inputs that the weights, which the contender before has pushed out of the caches, come back only once in
    // thirty panels and more.
    {"radix",
     {"radix_net:neurons=1024,layers=120"},
     "images:count=7680",
     {"csr/64/1", "csr/128/1", "twin_tiles/64/1", "twin_tiles/96/1", "twin_tiles/128/1", "csr/64/2", "csr/128/2",
      "csr/256/2", "twin_tiles/64/2", "twin_tiles/96/2", "twin_tiles/128/2"}},
    // As many inputs as the challenge has: with few of them GraphBLAS's activations stay in the caches. Beside it the
    // fastest peer, always: how many times as fast as GraphBLAS one is says little without.
    {"radix_graphblas",
     {"radix_net:neurons=1024,layers=120"},
     "random:count=60000,density=1",
     {"graphblas/128/2/value", "eigen/192/2", "csr/128/2", "twin_tiles/96/2"}},
    {"radix_graphblas_full",
     {"radix_net:neurons=1024,layers=120"},
     "random:count=7680,density=1",
     {"graphblas/128/2", "eigen/192/2", "csr/128/2", "twin_tiles/96/2"}},
    {"unstructured",
     {"mlp:widths=1024x121,density=0.03", "mlp:widths=1024x121,density=0.1", "mlp:widths=4096x121,density=0.03",
      "mlp:widths=4096x121,density=0.1"},
     "images:count=512",
     {"csr/64/2", "csr/128/2", "csr/256/2", "row_pairs/64/2", "row_pairs/128/2", "auto/128/2"}},
    {"density",
     over_density("1024x13", {"0.001", "0.003", "0.01", "0.03", "0.1", "0.2", "0.3", "0.4", "0.5", "0.7", "1"}),
     "images:count=512",
     {"csr/128/2", "dense/128/2", "auto/128/2"}},
    // What a user has without us, each at the panel where it was fastest.
    {"peers",
     over_density("1024x4", {"0.05", "0.1", "0.3", "0.5"}),
     "random:count=1536,density=0.5",
     {"csr/32/1", "csr/128/1", "row_pairs/64/1", "eigen/192/1", "xnnpack/64/1", "xnnpack/192/1", "dense/96/1",
      "dense/512/1", "dense:library=openblas/512/1"}},
    {"batch_one",
     {"radix_net:neurons=16384,layers=120", "mlp:widths=4096x33,density=0.1"},
     "images:count=4",
     {"latency/1/1", "latency/1/2", "csr/1/2"}},
    {"pruned_block_first",
     over_density("1024-4096", pruned),
     "images:count=1024",
     {"graphblas/128/2", "eigen/192/2", "dense/512/2", "csr/128/2", "auto/128/2"}},
    {"pruned_block_second",
     over_density("4096-1024", pruned),
     "images:count=1024",
     {"graphblas/128/2", "eigen/192/2", "dense/512/2", "csr/128/2", "auto/128/2"}},
};

struct Contender {
  std::string engine_name;
  Plan plan;
  std::unique_ptr<Engine> engine;
  double edges = 0;     // executed in one run
  double streamed = 0;  // bytes in one run
  std::string problem;  // why there is no rate
  std::vector<double> rates;
  std::vector<double> of_fma;
  std::vector<double> of_read;
};

struct Peaks {
  PeakRate fma;
  PeakRate bandwidth;
};

/// engine/panel/threads[/track]
Contender parse(const std::string& text) {
  std::vector<std::string> words;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('/', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (words.size() < 3 || words.size() > 4)
    throw BadInput(text, "not a contender", "write engine/panel/threads or engine/panel/threads/track");
  Contender made;
  made.engine_name = words[0];
  made.plan.panel = static_cast<uint32_t>(parse_count(words[1], text));
  made.plan.threads = static_cast<unsigned>(parse_count(words[2], text));
  made.plan.track = words.size() == 4 ? parse_track(words[3], text) : Track::general;
  return made;
}

bool goes_by_processor() {
  const char* const clock = std::getenv("SPARSIO_CLOCK");
  return clock != nullptr && std::string(clock) == "processor";
}

double seconds_of(Engine& engine, const Inputs& inputs, unsigned threads) {
  const std::clock_t processor = std::clock();
  const auto start = std::chrono::steady_clock::now();
  engine.run(inputs, Observe::categories, {});
  if (goes_by_processor()) return static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC / threads;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void prepare(Contender& one, LayerSource* layers, const Inputs& inputs, Engine& reference) {
  one.plan.layers = layers;
  try {
    const auto kind = resolve<EngineKind>(one.engine_name, "contender");
    one.engine = kind.kind().make(kind.params);
    one.engine->prepare(one.plan);
    const Verdict verdict = verify_values(*one.engine, reference, inputs, 16);
    if (verdict.status != "ok") one.problem = verdict.status + ": " + verdict.words;
    one.edges = static_cast<double>(one.engine->run(inputs, Observe::categories, {}).executed_edges);
    const EngineCost cost = one.engine->cost();
    one.streamed = static_cast<double>(cost.bytes_streamed) *
                   static_cast<double>((inputs.count + cost.panel - 1) / std::max(1U, cost.panel));
  } catch (const std::exception& reason) {
    one.problem = reason.what();
  }
}

/// Reading costs a moment, so it is only measured for a batch of one, where it is the limit.
Peaks peaks_beside(const Contender& one) {
  Peaks peaks{fma_peak(one.plan.threads, 0.01), {}};
  if (one.plan.panel == 1) peaks.bandwidth = read_peak(one.plan.threads, uint64_t{256} << 20, 0.02);
  return peaks;
}

Peaks better_of(const Peaks& a, const Peaks& b) {
  return {better_of(a.fma, b.fma), better_of(a.bandwidth, b.bandwidth)};
}

/// One visit: some runs between two looks at the peaks.
void visit(Contender& one, const Inputs& inputs) {
  const Peaks before = peaks_beside(one);
  double seconds = 0;
  double edges = 0;
  double streamed = 0;
  while (seconds < 0.03) {
    seconds += seconds_of(*one.engine, inputs, one.plan.threads);
    edges += one.edges;
    streamed += one.streamed;
  }
  const Peaks peaks = better_of(before, peaks_beside(one));
  one.rates.push_back(edges / seconds);
  const double fma = goes_by_processor() ? peaks.fma.per_cpu_second * one.plan.threads : peaks.fma.per_second;
  one.of_fma.push_back(edges / seconds / fma);
  one.of_read.push_back(one.plan.panel == 1 ? streamed / seconds / peaks.bandwidth.per_second : NAN);
}

/// The median of the rates of `one` over those of `other`, round by round.
std::string ratio(const Contender& one, const Contender* other) {
  if (other == nullptr || other->rates.empty()) return "-";
  std::vector<double> ratios;
  for (size_t round = 0; round < one.rates.size(); ++round) ratios.push_back(one.rates[round] / other->rates[round]);
  return fmt::format("{:.2f}", median(ratios));
}

void print(const std::vector<Contender>& contenders) {
  const auto best = [&](std::string_view engine, const Contender& than) {
    const Contender* found = nullptr;
    for (const Contender& one : contenders)
      if (one.engine_name == engine && one.plan.threads == than.plan.threads && one.problem.empty())
        if (found == nullptr || median(one.rates) > median(found->rates)) found = &one;
    return found;
  };
  const auto alone = [&](const Contender& than) -> const Contender* {
    for (const Contender& one : contenders)
      if (one.engine_name == than.engine_name && one.plan.panel == than.plan.panel && one.plan.threads == 1 &&
          than.plan.threads > 1 && one.problem.empty())
        return &one;
    return nullptr;
  };
  std::cout << fmt::format("{:14} {:>5} {:>7} {:>10} {:>10} {:>7} {:>7} {:>7} {:>11} {:>10}  {}\n", "engine", "panel",
                           "threads", "edges/s", "best", "of_fma", "of_read", "x csr", "x graphblas", "x 1 thread",
                           "note");
  for (const Contender& one : contenders) {
    std::cout << fmt::format("{:14} {:>5} {:>7} ", one.engine_name, one.plan.panel, one.plan.threads);
    if (!one.problem.empty()) {
      std::cout << one.problem << '\n';
      continue;
    }
    const double of_read = median(one.of_read);
    std::cout << fmt::format("{:>10.4g} {:>10.4g} {:>7.3f} {:>7} {:>7} {:>11} {:>10}  {}\n", median(one.rates),
                             *std::max_element(one.rates.begin(), one.rates.end()), median(one.of_fma),
                             std::isnan(of_read) ? "-" : fmt::format("{:.3f}", of_read), ratio(one, best("csr", one)),
                             ratio(one, best("graphblas", one)), ratio(one, alone(one)), one.engine->note());
  }
}

void run(const std::string& network, const std::string& inputs_spec, const std::vector<std::string>& texts,
         uint64_t rounds) {
  const NetworkSource source = open_network(network, "network");
  const auto* const stream = std::get_if<std::unique_ptr<LayerSource>>(&source);
  if (stream == nullptr) throw BadInput(network, "not a layered network", "give one made of layers");
  const Inputs inputs = open_inputs(inputs_spec, (*stream)->widths().front(), "inputs");
  std::vector<Contender> contenders;
  for (const std::string& text : texts) contenders.push_back(parse(text));
  Plan plan;
  plan.layers = stream->get();
  plan.threads = contenders.back().plan.threads;
  const auto kind = resolve<EngineKind>("reference", "reference");
  const auto reference = kind.kind().make(kind.params);
  reference->prepare(plan);
  for (Contender& one : contenders) prepare(one, stream->get(), inputs, *reference);
  for (uint64_t round = 0; round < rounds; ++round)
    for (Contender& one : contenders)
      if (one.problem.empty()) visit(one, inputs);
  std::cout << fmt::format("\n{}, {} ({} inputs, {}), {} rounds, at most {}; edges/s\n", network, inputs_spec,
                           inputs.count, inputs.origin, rounds, simd_names().front());
  print(contenders);
  std::cout.flush();
}

int run_all(const std::vector<std::string>& words) {
  const char* const wanted = std::getenv("SPARSIO_ROUNDS");
  const uint64_t rounds = wanted == nullptr ? 9 : std::max<uint64_t>(1, parse_count(wanted, "SPARSIO_ROUNDS"));
  const auto by_name = [](const std::string& name) {
    return std::find_if(contests.begin(), contests.end(), [&](const Contest& c) { return c.name == name; });
  };
  // Google Benchmark's word for a list, so that all programs here are asked the same way.
  if (words.empty() || words == std::vector<std::string>{"--benchmark_list_tests=true"}) {
    for (const Contest& contest : contests) std::cout << contest.name << '\n';
    return 0;
  }
  if (words.size() >= 3 && by_name(words[0]) == contests.end()) {
    run(words[0], words[1], {words.begin() + 2, words.end()}, rounds);
    return 0;
  }
  for (const std::string& name : words) {
    const auto contest = by_name(name);
    if (contest == contests.end()) throw BadInput(name, "no contest of that name", "run without words for a list");
    for (const std::string& network : contest->networks) run(network, contest->inputs, contest->contenders, rounds);
  }
  return 0;
}

}  // namespace
}  // namespace sparsio

int main(int count, char** words) {
  try {
    sparsio::limit_simd_by_environment();
    return sparsio::run_all({words + 1, words + count});
  } catch (const std::exception& error) {
    std::cerr << "bench_side_by_side: " << error.what() << '\n';
    return 1;
  }
}
