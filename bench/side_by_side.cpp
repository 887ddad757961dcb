// side_by_side: engines against each other and against the machine, in turns, in one run.
// A speed-up is only worth telling if both sides were measured under the same conditions. So every contender is
// prepared first; then come rounds, in each of which every contender runs once for at least some milliseconds, with
// windows of the peak kernels (exec/machine_peak) before and after. What disturbs a window makes it slower and never
// faster, so everything is compared by its best window: fractions of the best peak, ratios of best rates; the median
// stands beside. Every contender's answer is checked against `reference` on a few inputs; a wrong one prints
// `incorrect` where its rate would be.
//
//   bench_side_by_side NAME...               contests of the table below; without names, a list of them
//   bench_side_by_side NETWORK INPUTS CONTENDER...   one of your own; a contender is engine/tile/threads[/track]
// SPARSIO_ROUNDS changes the number of rounds.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <vector>

#include "exec/engine.hpp"
#include "exec/machine_peak.hpp"
#include "exec/simd_limit.hpp"
#include "plugin/params.hpp"
#include "plugin/spec.hpp"
#include "run/execution.hpp"
#include "run/open.hpp"

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
    {"radix",
     {"radix_net:neurons=1024,layers=120"},
     "images:count=1920",
     {"csr/64/1", "csr/128/1", "twin_tiles/64/1", "twin_tiles/128/1", "csr/64/2", "csr/128/2", "csr/256/2",
      "twin_tiles/48/2", "twin_tiles/64/2", "twin_tiles/128/2"}},
    {"radix_graphblas",
     {"radix_net:neurons=1024,layers=120"},
     "images:count=960",
     {"graphblas/128/2", "csr/128/2", "twin_tiles/64/2"}},
    {"unstructured",
     {"mlp:widths=1024x121,density=0.03", "mlp:widths=1024x121,density=0.1", "mlp:widths=4096x121,density=0.03",
      "mlp:widths=4096x121,density=0.1"},
     "images:count=512",
     {"csr/64/2", "csr/128/2", "csr/256/2", "source_blocks/128/2", "source_blocks/256/2", "auto/128/2"}},
    {"density",
     over_density("1024x13", {"0.001", "0.003", "0.01", "0.03", "0.1", "0.2", "0.3", "0.4", "0.5", "0.7", "1"}),
     "images:count=512",
     {"csr/128/2", "dense/128/2", "auto/128/2"}},
    {"batch_one",
     {"radix_net:neurons=16384,layers=120", "mlp:widths=4096x33,density=0.1"},
     "images:count=4",
     {"latency/1/1", "latency/1/2", "csr/1/2"}},
    {"pruned_block_first",
     over_density("1024-4096", pruned),
     "images:count=1024",
     {"graphblas/128/2", "csr/128/2", "auto/128/2"}},
    {"pruned_block_second",
     over_density("4096-1024", pruned),
     "images:count=1024",
     {"graphblas/128/2", "csr/128/2", "auto/128/2"}},
};

struct Contender {
  std::string engine_name;
  Plan plan;
  std::unique_ptr<Engine> engine;
  double edges = 0;     // executed in one run
  double streamed = 0;  // bytes in one run
  std::string problem;  // why there is no rate
  std::vector<double> rates;
};

struct Peaks {
  PeakRate fma;
  PeakRate bandwidth;
};

/// engine/tile/threads[/track]
Contender parse(const std::string& text) {
  std::vector<std::string> words;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('/', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (words.size() < 3 || words.size() > 4)
    throw BadInput(text, "not a contender", "write engine/tile/threads or engine/tile/threads/track");
  Contender made;
  made.engine_name = words[0];
  made.plan.tile = static_cast<uint32_t>(parse_count(words[1], text));
  made.plan.threads = static_cast<unsigned>(parse_count(words[2], text));
  made.plan.track = words.size() == 4 ? parse_track(words[3], text) : Track::general;
  return made;
}

double seconds_of(Engine& engine, const Inputs& inputs) {
  const auto start = std::chrono::steady_clock::now();
  engine.run(inputs, Observe::categories, {});
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
                   static_cast<double>((inputs.count + cost.tile - 1) / std::max(1U, cost.tile));
  } catch (const std::exception& reason) {
    one.problem = reason.what();
  }
}

void measure_peaks(std::map<unsigned, Peaks>& peaks) {
  for (auto& [threads, peak] : peaks) {
    peak.fma = better_of(peak.fma, fma_peak(threads, 0.02));
    peak.bandwidth = better_of(peak.bandwidth, read_peak(threads, uint64_t{256} << 20, 0.02));
  }
}

void print(const std::vector<Contender>& contenders, const std::map<unsigned, Peaks>& peaks) {
  const auto best_of = [](const Contender& one) { return *std::max_element(one.rates.begin(), one.rates.end()); };
  const auto best = [&](std::string_view engine, unsigned threads) {
    double rate = 0;
    for (const Contender& one : contenders)
      if (one.engine_name == engine && one.plan.threads == threads && one.problem.empty())
        rate = std::max(rate, best_of(one));
    return rate;
  };
  const auto ratio = [](double rate, double other) { return other > 0 ? fmt::format("{:.2f}", rate / other) : "-"; };
  std::cout << fmt::format("{:14} {:>5} {:>7} {:>10} {:>10} {:>7} {:>7} {:>7} {:>11} {:>8}  {}\n", "engine", "tile",
                           "threads", "best", "median", "of_fma", "of_read", "x csr", "x graphblas", "x 1 thr.",
                           "note");
  for (const Contender& one : contenders) {
    std::cout << fmt::format("{:14} {:>5} {:>7} ", one.engine_name, one.plan.tile, one.plan.threads);
    if (!one.problem.empty()) {
      std::cout << one.problem << '\n';
      continue;
    }
    const double rate = best_of(one);
    const double per_edge = one.streamed / one.edges;
    double alone = 0;
    for (const Contender& other : contenders)
      if (other.engine_name == one.engine_name && other.plan.tile == one.plan.tile && other.plan.threads == 1 &&
          one.plan.threads > 1 && other.problem.empty())
        alone = best_of(other);
    const Peaks& peak = peaks.at(one.plan.threads);
    std::cout << fmt::format("{:>10.4g} {:>10.4g} {:>7.3f} {:>7.3f} {:>7} {:>11} {:>8}  {}\n", rate, median(one.rates),
                             rate / peak.fma.per_second, rate * per_edge / peak.bandwidth.per_second,
                             ratio(rate, best("csr", one.plan.threads)),
                             ratio(rate, best("graphblas", one.plan.threads)), ratio(rate, alone), one.engine->note());
  }
  for (const auto& [threads, peak] : peaks)
    std::cout << fmt::format("peak, {} threads: {:.4g} multiply-adds/s, {:.4g} bytes/s read from memory\n", threads,
                             peak.fma.per_second, peak.bandwidth.per_second);
}

void run(const std::string& network, const std::string& inputs_spec, const std::vector<std::string>& texts,
         uint64_t rounds) {
  const NetworkSource source = open_network(network, "network");
  const auto* const stream = std::get_if<std::unique_ptr<LayerSource>>(&source);
  if (stream == nullptr) throw BadInput(network, "not a layered network", "give one made of layers");
  const Inputs inputs = open_inputs(inputs_spec, (*stream)->widths().front(), "inputs");
  std::vector<Contender> contenders;
  std::map<unsigned, Peaks> peaks;
  for (const std::string& text : texts) {
    contenders.push_back(parse(text));
    peaks[contenders.back().plan.threads];
  }
  Plan plan;
  plan.layers = stream->get();
  plan.threads = contenders.back().plan.threads;
  const auto kind = resolve<EngineKind>("reference", "reference");
  const auto reference = kind.kind().make(kind.params);
  reference->prepare(plan);
  for (Contender& one : contenders) prepare(one, stream->get(), inputs, *reference);
  measure_peaks(peaks);
  for (uint64_t round = 0; round < rounds; ++round) {
    for (Contender& one : contenders) {
      if (!one.problem.empty()) continue;
      double seconds = 0;
      double edges = 0;
      while (seconds < 0.03) {
        seconds += seconds_of(*one.engine, inputs);
        edges += one.edges;
      }
      one.rates.push_back(edges / seconds);
    }
    measure_peaks(peaks);
  }
  std::cout << fmt::format("\n{}, {} ({} inputs, {}), {} rounds, at most {}; edges/s\n", network, inputs_spec,
                           inputs.count, inputs.origin, rounds, simd_names().front());
  print(contenders, peaks);
  std::cout.flush();
}

int run_all(const std::vector<std::string>& words) {
  const char* const wanted = std::getenv("SPARSIO_ROUNDS");
  const uint64_t rounds = wanted == nullptr ? 9 : std::max<uint64_t>(1, parse_count(wanted, "SPARSIO_ROUNDS"));
  const auto by_name = [](const std::string& name) {
    return std::find_if(contests.begin(), contests.end(), [&](const Contest& c) { return c.name == name; });
  };
  if (words.empty()) {
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
