// small_batches: what a call on few inputs costs: one prepared engine is given 1, 2, 4 ... inputs, one thread.
// With few inputs there is less to share a weight with, panels are narrower than the strips that kernels are made for,
// and what a call costs whatever it is given is no longer little. So each size of batch is a contest of its own: every
// engine is prepared as `sparsio infer` would for so many inputs, then come rounds of turns, and a figure is the median
// over the rounds of processor time of the thread a call. Other programs on the machine disturb it less than time.
//
//   bench_small_batches [NETWORK | ENGINE | INPUTS | panel=N | bits]...
// Without words of a kind there are networks, engines and sizes of their own. `panel=N`: every engine is prepared for
// panels of N inputs, whatever it is given then. `bits`: 0/1 inputs, packed; else they are real. SPARSIO_ROUNDS changes
// the number of rounds.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <ctime>
#include <iostream>
#include <map>
#include <vector>

#include "base/params.hpp"
#include "base/random.hpp"
#include "exec/engine.hpp"
#include "exec/machine/simd_limit.hpp"
#include "run/open.hpp"
#include "run/panel_choice.hpp"
#include "statistics/median_interval.hpp"
#include "topo/topology.hpp"

namespace sparsio {
namespace {

struct Wanted {
  std::vector<std::string> networks;
  std::vector<std::string> engines;
  std::vector<uint64_t> sizes;
  uint64_t panel = 0;  // 0: chosen
  InputValues values = InputValues::floats;
  uint64_t rounds = 15;
};

const std::vector<std::string> usual_networks = {
    "mlp:widths=100x3,density=0.1",  "mlp:widths=100x3,density=0.5",  "mlp:widths=1024x5,density=0.02",
    "mlp:widths=1024x5,density=0.1", "mlp:widths=1024x5,density=0.3", "mlp:widths=4096x3,density=0.02",
    "mlp:widths=4096x3,density=0.1", "mlp:widths=4096x3,density=0.3",
};
const std::vector<std::string> usual_engines = {"latency",    "row_pairs", "csr",
                                                "twin_tiles", "dense",     "connection_list"};
const std::vector<uint64_t> usual_sizes = {1, 2, 4, 8, 16, 32, 64};

Wanted parse(const std::vector<std::string>& words) {
  Wanted wanted;
  for (const std::string& word : words) {
    const std::string stem = word.substr(0, word.find(':'));
    if (word == "bits")
      wanted.values = InputValues::bits;
    else if (word.rfind("panel=", 0) == 0)
      wanted.panel = parse_count(word.substr(6), word);
    else if (std::isdigit(static_cast<unsigned char>(word.front())) != 0)
      wanted.sizes.push_back(parse_count(word, word));
    else
      (Registry<EngineKind>::instance().look_up(stem) != nullptr ? wanted.engines : wanted.networks).push_back(word);
  }
  if (wanted.networks.empty()) wanted.networks = usual_networks;
  if (wanted.engines.empty())
    for (const std::string& name : usual_engines)
      if (Registry<EngineKind>::instance().look_up(name) != nullptr) wanted.engines.push_back(name);
  if (wanted.sizes.empty()) wanted.sizes = usual_sizes;
  const char* const rounds = std::getenv("SPARSIO_ROUNDS");
  if (rounds != nullptr) wanted.rounds = std::max<uint64_t>(1, parse_count(rounds, "SPARSIO_ROUNDS"));
  return wanted;
}

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Inputs some_inputs(uint64_t count, uint32_t width, InputValues values) {
  Inputs inputs{count, width, {}, {}, "generated"};
  RandomStream random(1, 0);
  if (values == InputValues::bits) {
    inputs.bits.resize(count * inputs.row_bytes());
    for (uint64_t i = 0; i < count; ++i)
      for (uint32_t v = 0; v < width; ++v)
        if (random.uniform() < 0.5) inputs.bits[i * inputs.row_bytes() + v / 8] |= static_cast<uint8_t>(128 >> v % 8);
  } else {
    inputs.values.resize(count * width);
    for (float& value : inputs.values) value = static_cast<float>(random.uniform(0, 1));
  }
  return inputs;
}

struct Contender {
  std::string name;
  std::unique_ptr<Engine> engine;
  uint64_t calls = 1;  // a turn
  std::vector<double> seconds;
};

double calls(Engine& engine, const Inputs& inputs, uint64_t count) {
  const double begin = thread_seconds();
  for (uint64_t call = 0; call < count; ++call) engine.run(inputs, Observe::categories, {});
  return thread_seconds() - begin;
}

/// Of each engine, seconds a call; NaN where it cannot.
std::map<std::string, double> contest(const Wanted& wanted, LayerSource& layers, const Network& whole,
                                      const Inputs& inputs, const Machine& machine) {
  std::vector<Contender> contenders;
  for (const std::string& name : wanted.engines) {
    const auto kind = resolve<EngineKind>(name, "engine");
    const EngineKind what = kind_of(kind);
    Plan plan;
    plan.network = &whole;
    plan.layers = &layers;
    plan.panel = choose_panel(wanted.panel, &what, &layers, inputs.count, 1, machine).panel;
    Contender one{name, kind.kind().make(kind.params), 1, {}};
    try {
      one.engine->prepare(plan);
      one.engine->run(inputs, Observe::categories, {});
    } catch (const Unsupported&) {
      continue;
    }
    constexpr double turn = 1e-3;  // seconds
    while (calls(*one.engine, inputs, one.calls) < turn) one.calls *= 2;
    contenders.push_back(std::move(one));
  }
  for (uint64_t round = 0; round < wanted.rounds; ++round)
    for (Contender& one : contenders) {
      one.engine->run(inputs, Observe::categories, {});  // brings its weights back into the caches
      one.seconds.push_back(calls(*one.engine, inputs, one.calls) / static_cast<double>(one.calls));
    }
  std::map<std::string, double> found;
  for (const std::string& name : wanted.engines) found[name] = NAN;
  for (const Contender& one : contenders) found[one.name] = median(one.seconds);
  return found;
}

void print(const Wanted& wanted, const std::vector<std::map<std::string, double>>& found) {
  std::cout << fmt::format("{:24}", "microseconds a call");
  for (const uint64_t size : wanted.sizes) std::cout << fmt::format("{:>16}", size);
  std::cout << '\n';
  std::vector<double> best;
  for (const auto& of_size : found) {
    double least = INFINITY;
    for (const auto& [name, seconds] : of_size) least = std::fmin(least, seconds);
    best.push_back(least);
  }
  for (const std::string& name : wanted.engines) {
    std::cout << fmt::format("{:24}", name);
    for (size_t k = 0; k < found.size(); ++k) {
      const double seconds = found[k].at(name);
      std::cout << fmt::format("{:>10.2f} {:>5}", seconds * 1e6,
                               seconds == best[k] ? "best" : fmt::format("x{:.2f}", seconds / best[k]));
    }
    std::cout << '\n';
  }
  std::cout << std::endl;
}

void run(const Wanted& wanted, const Machine& machine, const std::string& spec) {
  NetworkSource source = open_network(spec, "network");
  const auto* const layers = std::get_if<std::unique_ptr<LayerSource>>(&source);
  if (layers == nullptr) throw BadInput(spec, "not a layered network", "give one made of layers");
  const Network whole = flatten(source);
  std::cout << fmt::format("{}, {} inputs, {}, {} rounds, at most {}\n", spec,
                           wanted.values == InputValues::bits ? "0/1" : "real",
                           wanted.panel == 0 ? "panels as chosen" : fmt::format("panel {}", wanted.panel),
                           wanted.rounds, simd_names().front());
  std::vector<std::map<std::string, double>> found;
  for (const uint64_t size : wanted.sizes)
    found.push_back(
        contest(wanted, **layers, whole, some_inputs(size, (*layers)->widths().front(), wanted.values), machine));
  print(wanted, found);
}

int run_all(const std::vector<std::string>& words) {
  // Google Benchmark's word for a list, so that all programs here are asked the same way.
  if (words == std::vector<std::string>{"--benchmark_list_tests=true"}) {
    std::cout << fmt::format("{}\n", fmt::join(usual_networks, "\n"));
    return 0;
  }
  const Wanted wanted = parse(words);
  const Machine machine = detect_machine(1);
  for (const std::string& network : wanted.networks) run(wanted, machine, network);
  return 0;
}

}  // namespace
}  // namespace sparsio

int main(int count, char** words) {
  try {
    sparsio::limit_simd_by_environment();
    return sparsio::run_all({words + 1, words + count});
  } catch (const std::exception& error) {
    std::cerr << "bench_small_batches: " << error.what() << '\n';
    return 1;
  }
}
