// auto_regret: how much slower is what `auto` takes than the best engine at its best panel?
// Networks are drawn: widths 100 to 4096, density 0.002 to 1, one to twelve layers, pruned at random or by magnitude,
// or radix_net, 1 to 4096 inputs. For each, `auto` gets the panel that `run` would give it, and every other engine runs
// at every panel of a list; those that are far off after a few turns are left out. Then all take turns, and the regret
// is auto's time over the best's: the median over the turns of their ratio, the largest of the three best. One thread
// is timed by its processor time; several by the clock, which wants a quiet machine.
//
//   bench_auto_regret [draws [first draw [threads [track]]]]
//   bench_auto_regret NETWORK INPUTS [threads [track]]      one of your own
//
// A row a draw and, at the end, what share of the draws is within 5 % and 10 %, and the worst.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <limits>
#include <vector>

#include "base/params.hpp"
#include "base/random.hpp"
#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "exec/machine/simd_limit.hpp"
#include "net/given_layers.hpp"
#include "run/open.hpp"
#include "run/panel_choice.hpp"
#include "statistics/median_interval.hpp"

namespace sparsio {
namespace {

constexpr uint32_t panels[] = {1, 16, 32, 48, 64, 96, 128, 256, 512};
constexpr double most_connections = 3e6;
constexpr double most_work = 1.5e9;  // connections x inputs
constexpr double hopeless = 2;       // after two runs
constexpr double far_off = 1.4;      // after a few turns
constexpr int first_turns = 3;
constexpr int turns = 9;
constexpr double least_seconds = 0.002;  // a turn of a contender

struct Draw {
  std::string network;
  std::string inputs;
};

double log_uniform(RandomStream& random, double low, double high) {
  return low * std::pow(high / low, random.uniform());
}

Draw draw(uint64_t item) {
  RandomStream random(21, item);
  const auto depth = static_cast<uint32_t>(std::lround(log_uniform(random, 1, 12)));
  const double kind = random.uniform();
  double connections = 0;
  Draw drawn;
  if (kind < 0.15) {
    const uint32_t neurons = uint32_t{256} << (2 * random.below(3));
    drawn.network = fmt::format("radix_net:neurons={},layers={}", neurons == 256 ? 512 : neurons, depth);
    connections = 32.0 * neurons * depth;
  } else {
    const bool is_even = random.uniform() < 0.5;
    const double density = log_uniform(random, 0.002, 1);
    auto width = [&] { return static_cast<uint32_t>(log_uniform(random, 100, 4096)); };
    uint32_t before = width();
    std::string widths = fmt::format("{}", before);
    for (uint32_t l = 0; l < depth; ++l) {
      const uint32_t next = is_even ? before : width();
      connections += density * before * next;
      if (l > 0 && connections > most_connections) break;
      widths += fmt::format("-{}", next);
      before = next;
    }
    drawn.network = kind < 0.3 ? fmt::format("pruned:widths={},density={:.4f}", widths, density)
                               : fmt::format("mlp:widths={},density={:.4f}", widths, density);
  }
  const double most = std::clamp(most_work / std::max(connections, 1.0), 64.0, 4096.0);
  drawn.inputs = fmt::format("random:count={},density=0.3", static_cast<uint64_t>(log_uniform(random, 1, most) + 0.5));
  return drawn;
}

struct Contender {
  std::string name;
  uint32_t panel = 0;
  std::unique_ptr<Engine> engine;
  std::vector<double> seconds = {};
};

double now(unsigned threads) {
  timespec at{};
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &at);
  return static_cast<double>(at.tv_sec) + 1e-9 * static_cast<double>(at.tv_nsec);
}

/// By processor time the mean of a turn's runs; by the clock the least of them.
double turn_of(Engine& engine, const Inputs& inputs, unsigned threads) {
  double least = std::numeric_limits<double>::infinity();
  double sum = 0;
  int runs = 0;
  for (; sum < least_seconds; ++runs) {
    const double start = now(threads);
    engine.run(inputs, Observe::categories, {});
    const double seconds = now(threads) - start;
    sum += seconds;
    least = std::min(least, seconds);
  }
  return threads == 1 ? sum / runs : least;
}

/// Of the second run.
double seconds_of(Engine& engine, const Inputs& inputs, unsigned threads) {
  engine.run(inputs, Observe::categories, {});
  const double start = now(threads);
  engine.run(inputs, Observe::categories, {});
  return now(threads) - start;
}

void take_turns(std::vector<Contender>& contenders, const Inputs& inputs, unsigned threads, int count) {
  for (Contender& one : contenders) one.seconds.clear();
  for (int turn = 0; turn < count; ++turn)
    for (Contender& one : contenders) one.seconds.push_back(turn_of(*one.engine, inputs, threads));
}

double ratio(const Contender& one, const Contender& other) {
  std::vector<double> ratios;
  for (size_t turn = 0; turn < one.seconds.size(); ++turn) ratios.push_back(one.seconds[turn] / other.seconds[turn]);
  return median(ratios);
}

/// Null where it cannot.
std::unique_ptr<Engine> prepared(const std::string& spec, const Plan& plan) {
  const auto kind = resolve<EngineKind>(spec, "engine");
  const auto& tracks = kind.kind().tracks;
  if (std::find(tracks.begin(), tracks.end(), plan.track) == tracks.end()) return nullptr;
  auto engine = kind.kind().make(kind.params);
  try {
    engine->prepare(plan);
  } catch (const Unsupported&) {
    return nullptr;
  }
  return engine;
}

/// All but those that only check, choose, or are another one under a second name.
std::vector<std::string> rivals() {
  std::vector<std::string> names;
  for (const auto& entry : Registry<EngineKind>::instance().entries()) {
    const bool is_rival = entry.name != "auto" && entry.name != "reference" && entry.name != "connection_list" &&
                          entry.name != "graphblas" && !entry.kind.with;
    if (is_rival) names.push_back(entry.name);
    if (entry.name == "dense") names.emplace_back("dense:library=openblas");
    if (entry.name == "tiled") names.emplace_back("tiled:kernel=csr");  // over twins it is twin_tiles
  }
  return names;
}

struct Regret {
  double ratio = 1;  // 0: nobody can execute it
  std::string line;
};

Regret regret_of(uint64_t item, const Draw& drawn, unsigned threads, Track track, const Machine& machine) {
  const NetworkSource source = open_network(drawn.network, "draw");
  LayerSource& stream = *std::get<std::unique_ptr<LayerSource>>(source);
  std::vector<Layer> held;
  stream.restart();
  for (Layer layer; stream.next(layer);) held.push_back(layer);
  GivenLayers layers(std::move(held));
  const Inputs inputs = open_inputs(drawn.inputs, layers.widths().front(), "draw");
  Plan plan;
  plan.layers = &layers;
  plan.threads = threads;
  plan.track = track;
  plan.inputs = inputs.count;
  std::vector<Contender> contenders;
  const auto chosen_by = resolve<EngineKind>("auto", "engine");
  plan.panel = choose_panel(0, &chosen_by, &layers, inputs.count, threads, machine).panel;
  plan.panel_may_change = true;
  const auto begin = std::chrono::steady_clock::now();
  const auto chooser = prepared("auto", plan);
  const double prepare = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (chooser == nullptr) return {0, fmt::format("{:4} no engine: {}, {}", item, drawn.network, track_name(track))};
  const std::string note = chooser->note();
  // What it takes is prepared once more, so that where arrays happen to lie is luck for both sides.
  contenders.push_back({chooser->chosen(), chooser->cost().panel, nullptr});
  plan.panel = contenders[0].panel;
  contenders[0].engine = prepared(contenders[0].name, plan);
  const uint64_t share = (inputs.count + threads - 1) / threads;
  double fastest = seconds_of(*contenders[0].engine, inputs, threads);
  for (const std::string& name : rivals()) {
    const bool is_latency = name == "latency";
    for (const uint32_t panel : panels) {
      if (is_latency ? panel > 1 || share > 64 : panel > (share + 15) / 16 * 16) continue;
      if (name == contenders[0].name && panel == contenders[0].panel) continue;
      plan.panel = panel;
      auto engine = prepared(name, plan);
      if (engine == nullptr) continue;
      const double seconds = seconds_of(*engine, inputs, threads);
      fastest = std::min(fastest, seconds);
      if (seconds < hopeless * fastest) contenders.push_back({name, panel, std::move(engine)});
    }
  }
  take_turns(contenders, inputs, threads, contenders.size() > 1 ? first_turns : 1);
  const auto by_time = [](const Contender& a, const Contender& b) { return median(a.seconds) < median(b.seconds); };
  std::sort(contenders.begin() + 1, contenders.end(), by_time);
  const double best = median(contenders[contenders.size() > 1 ? 1 : 0].seconds);
  while (contenders.size() > 4 || (contenders.size() > 2 && median(contenders.back().seconds) > far_off * best))
    contenders.pop_back();
  take_turns(contenders, inputs, threads, turns);
  std::sort(contenders.begin() + 1, contenders.end(), by_time);
  Regret seen;
  for (size_t k = 1; k < contenders.size(); ++k) seen.ratio = std::max(seen.ratio, ratio(contenders[0], contenders[k]));
  std::string others;
  for (size_t k = 1; k < contenders.size(); ++k)
    others +=
        fmt::format(" {}/{} {:.3f}", contenders[k].name, contenders[k].panel, ratio(contenders[k], contenders[1]));
  seen.line = fmt::format("{:4} {:5.3f} {}/{} {:.3g} us; {}; prepared in {:.3f} s; {}, {} inputs, {} threads, {}", item,
                          seen.ratio, contenders[0].name, contenders[0].panel, 1e6 * median(contenders[0].seconds),
                          others, prepare, drawn.network, inputs.count, threads, track_name(track));
  seen.line += "\n     " + note;
  return seen;
}

int run_all(std::vector<std::string> words) {
  Draw given;
  const bool is_given = !words.empty() && words[0].find_first_not_of("0123456789") != std::string::npos;
  if (is_given) {
    if (words.size() < 2) throw BadInput(words[0], "no inputs beside it", "give NETWORK INPUTS, or a number of draws");
    given = {words[0], words[1]};
    words[0] = "1";
    words[1] = "0";
  }
  const auto number = [&](size_t k, uint64_t otherwise) {
    return words.size() > k ? parse_count(words[k], "argument") : otherwise;
  };
  const uint64_t draws = number(0, 20);
  const uint64_t first = number(1, 0);
  const auto threads = static_cast<unsigned>(number(2, 1));
  const Track track = words.size() > 3 ? parse_track(words[3], "track") : Track::general;
  const Machine machine = detect_machine(threads);
  std::vector<Regret> seen;
  for (uint64_t item = first; item < first + draws; ++item) {
    const Regret one = regret_of(item, is_given ? given : draw(item), threads, track, machine);
    std::cout << one.line << std::endl;
    if (one.ratio > 0) seen.push_back(one);
  }
  const auto within = [&](double bound) {
    return std::count_if(seen.begin(), seen.end(), [&](const Regret& one) { return one.ratio <= bound; });
  };
  std::vector<double> ratios;
  for (const Regret& one : seen) ratios.push_back(one.ratio);
  if (!seen.empty())
    std::cout << fmt::format("{} draws: within 5 % {}, within 10 % {}, median {:.3f}, worst {:.3f}\n", seen.size(),
                             within(1.05), within(1.1), median(ratios),
                             *std::max_element(ratios.begin(), ratios.end()));
  return 0;
}

}  // namespace
}  // namespace sparsio

int main(int count, char** words) {
  try {
    // Google Benchmark's word for a list, so that all programs here are asked the same way.
    if (count > 1 && std::string(words[1]) == "--benchmark_list_tests=true") {
      std::cout << "draws\n";
      return 0;
    }
    sparsio::limit_simd_by_environment();
    return sparsio::run_all({words + 1, words + count});
  } catch (const std::exception& error) {
    std::cerr << "bench_auto_regret: " << error.what() << '\n';
    return 1;
  }
}
