// simulate: what engines would fetch from memory on a machine of many cores, which need not be this one. Simulated.
// Each of p workers makes the engine's pass over a panel of its own, on a core of its own of the machine described,
// and the caches that cores share are shared (run/team_simulation). A row for each engine and number of workers. With
// a peak and a bandwidth it says what rate they allow, time being the greater of computing and memory, and the gain
// over the first engine. Inputs are taken to be 0/1; none need be there.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "base/error.hpp"
#include "base/params.hpp"
#include "base/spec.hpp"
#include "cli/command.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "run/case_cache.hpp"
#include "run/team_simulation.hpp"
#include "topo/caches.hpp"

namespace sparsio {
namespace {

constexpr double most_workers = 1024;

struct Question {
  std::vector<uint32_t> workers;
  CacheTree tree;
  Turns turns;
  Hierarchy hierarchy = Hierarchy::filtered;
  Plan plan;
  std::vector<double> peaks;  // of each engine; empty: not known
  double bandwidth = 0;
};

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::vector<uint32_t> workers_of(const Arguments& arguments, const CacheTree& tree) {
  std::vector<uint32_t> list;
  for (const std::string& word : words_of(arguments.text("--workers")))
    list.push_back(static_cast<uint32_t>(parse_count(word, between(1, most_workers), "--workers")));
  if (list.empty()) list = {1, tree.cores};
  for (const uint32_t workers : list) caches_over(tree, workers, "--workers");
  return list;
}

/// What the user knows of caches better than the machine's description, by their names.
void correct(const std::string& text, CacheTree& tree) {
  for (const CacheGeometry& given : parse_caches(text, "--caches")) {
    bool is_there = false;
    for (CoreCache& cache : tree.caches)
      if (cache.geometry.name == given.name) {
        cache.geometry = given;
        is_there = true;
      }
    if (!is_there)
      throw BadInput("--caches", fmt::format("the machine has no {}", given.name), "describe it in --machine");
  }
}

double positive(const std::string& text, const std::string& place) {
  const double value = parse_real(text, place);
  if (value <= 0) throw BadInput(place, fmt::format("{} is no rate", text), "give a number above 0");
  return value;
}

/// One for all engines, or one for each.
std::vector<double> peaks_of(const Arguments& arguments, size_t engines) {
  std::vector<double> peaks;
  for (const std::string& text : arguments.all("--peak")) peaks.push_back(positive(text, "--peak"));
  if (peaks.size() == 1) peaks.assign(engines, peaks.front());
  if (!peaks.empty() && peaks.size() != engines)
    throw BadInput("--peak", fmt::format("{} peaks for {} engines", peaks.size(), engines),
                   "give one, or one for each");
  if (peaks.empty() != arguments.text("--bandwidth").empty())
    throw BadInput(peaks.empty() ? "--peak" : "--bandwidth", "a gain is predicted from both", "give both, or neither");
  return peaks;
}

/// What a core has of its second cache while all cores work.
uint64_t l2_share(const CacheTree& tree) {
  for (const CoreCache& cache : tree.caches)
    if (cache.geometry.name == "L2") return cache.geometry.bytes / cache.cores;
  return 0;
}

Fields row_of(const std::string& engine, const TeamTraffic& traffic, uint32_t workers) {
  Fields row = {{"engine", engine}, {"simulated_workers", workers}};
  for (const TeamLevel& level : traffic.levels) {
    row.emplace_back(level.name + "_caches", level.caches);
    row.emplace_back(level.name + "_bytes", level.fetched_bytes / traffic.multiply_adds);
  }
  row.emplace_back("memory_read_bytes", traffic.memory_read_bytes / traffic.multiply_adds);
  row.emplace_back("memory_written_bytes", traffic.memory_written_bytes / traffic.multiply_adds);
  row.emplace_back("memory_bytes", traffic.bytes_per_multiply_add());
  return row;
}

/// The rows of one engine; `first` are the rates of the first one, by number of workers, and are filled by it.
void add_rows(const std::string& spec, size_t number, const Question& asked, std::vector<double>& first,
              std::vector<Fields>& rows) {
  const auto kind = resolve<EngineKind>(spec, "--engine");
  const std::unique_ptr<Engine> engine = kind.kind().make(kind.params);
  engine->prepare(asked.plan);
  for (size_t k = 0; k < asked.workers.size(); ++k) {
    const uint32_t workers = asked.workers[k];
    Turns turns = asked.turns;
    turns.workers = workers;
    const TeamTraffic traffic = simulate_team(*engine, InputValues::bits, caches_over(asked.tree, workers, "--workers"),
                                              turns, asked.hierarchy);
    rows.push_back(row_of(spec, traffic, workers));
    if (asked.peaks.empty()) continue;
    const Roof roof = roof_of(traffic, workers, asked.peaks[number], asked.bandwidth);
    if (number == 0) first.push_back(roof.multiply_adds_per_second);
    rows.back().emplace_back("predicted_rate", roof.multiply_adds_per_second);
    rows.back().emplace_back("limit", roof.limit);
    rows.back().emplace_back("predicted_gain", roof.multiply_adds_per_second / first[k]);
  }
}

int run(const Arguments& arguments) {
  const std::vector<std::string> engines = arguments.all("--engine");
  if (engines.empty())
    throw BadInput("--engine", "none is given", "give --engine SPEC for each; gains are over the first");
  for (const std::string& engine : engines) resolve<EngineKind>(engine, "--engine");
  Question asked;
  asked.tree = cache_tree(arguments.text("--machine"), "--machine");
  correct(arguments.text("--caches"), asked.tree);
  asked.workers = workers_of(arguments, asked.tree);
  asked.turns.panels = static_cast<uint32_t>(parse_count(arguments.text("--panels"), between(1, 1000), "--panels"));
  asked.turns.quantum = parse_count(arguments.text("--quantum"), at_least(1), "--quantum");
  asked.turns.lag = static_cast<uint32_t>(parse_count(arguments.text("--lag"), between(0, 1e6), "--lag"));
  const std::string hierarchy = arguments.text("--hierarchy");
  if (hierarchy != "filtered" && hierarchy != "independent")
    throw BadInput("--hierarchy", fmt::format("'{}' is none", hierarchy), "give filtered or independent");
  if (hierarchy == "independent") asked.hierarchy = Hierarchy::independent;
  asked.peaks = peaks_of(arguments, engines.size());
  if (!asked.peaks.empty()) asked.bandwidth = positive(arguments.text("--bandwidth"), "--bandwidth");
  asked.plan.panel = static_cast<uint32_t>(parse_count(arguments.text("--panel"), between(1, 4096), "--panel"));
  asked.plan.l2_bytes = l2_share(asked.tree);
  CaseCache cache;
  const auto network = cache.network(arguments.text("--network"), "--network");
  asked.plan.layers = network->layers();
  if (asked.plan.layers == nullptr) asked.plan.network = &network->whole();
  std::vector<double> first;
  std::vector<Fields> rows;
  for (size_t number = 0; number < engines.size(); ++number) try {
      add_rows(engines[number], number, asked, first, rows);
    } catch (const Unsupported& reason) {
      throw BadInput("--engine", engines[number] + ": " + reason.what());
    }
  const Fields fields = {{"source", "simulated"},
                         {"network", arguments.text("--network")},
                         {"machine", arguments.text("--machine")},
                         {"cores", asked.tree.cores},
                         {"panel", asked.plan.panel},
                         {"panels", asked.turns.panels},
                         {"quantum", asked.turns.quantum},
                         {"lag", asked.turns.lag},
                         {"hierarchy", hierarchy},
                         {"unit", "bytes a multiply-add"},
                         {"simulations", rows}};
  std::cout << (arguments.has("--json") ? to_json(fields) : to_text(fields));
  return exit_ok;
}

const Register<CommandKind> registered{
    {"what several workers would fetch from memory on a machine of shared caches, simulated",
     {{"--network", Arity::required, "SPEC", "network: kind:key=value,... or a path"},
      {"--machine", Arity::required, "MACHINE",
       "synthetic:DESCRIPTION as hwloc reads it, or an XML that lstopo wrote; nothing is asked of this machine"},
      {"--engine", Arity::many, "SPEC", "engines; gains are over the first"},
      {"--workers", Arity::one, "LIST", "numbers of workers, apart by blanks; left out: 1 and all cores"},
      {"--caches", Arity::one, "LIST", "geometries of its caches that are known better: L1=32KiB/8,L3=32MiB/16",
       "none"},
      {"--panel", Arity::one, "B", "inputs processed together", "64"},
      {"--panels", Arity::one, "N", "panels of each worker; of several, only the last is counted", "1"},
      {"--quantum", Arity::one, "A", "accesses of a worker before it is the next one's turn", "4096"},
      {"--lag", Arity::one, "T", "turns that each worker begins later than the one before it", "0"},
      {"--hierarchy", Arity::one, "H", "filtered (levels see what those before them miss) or independent", "filtered"},
      {"--peak", Arity::many, "RATE", "multiply-adds a second of one core from its caches, one or one for each engine"},
      {"--bandwidth", Arity::one, "RATE", "bytes a second of the machine's memory"},
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
