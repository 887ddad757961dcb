#include "sweep/pending_cases.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <sstream>

#include "run/rounds.hpp"
#include "sweep/slurm/array_tasks.hpp"

namespace sparsio {
namespace {

constexpr double any_rate = 1e9;  // edges/s; only the order of the guesses matters

/// Connections of the networks of the model's cases; each rank opens some of them.
std::map<std::string, double> connections(const std::vector<PendingCase>& work, Communicator& ranks) {
  std::set<std::string> names;
  for (const PendingCase& one : work)
    if (one.one->text("engine") == "none") names.insert(one.one->text("network"));
  std::string mine;
  int turn = 0;
  for (const std::string& name : names) {
    if (turn++ % ranks.size() != ranks.rank()) continue;
    try {
      mine += fmt::format("{} {}\n", estimated_connections(name), name);
    } catch (const std::exception&) {
      // The case will say what is wrong with it.
    }
  }
  std::string all;
  for (const std::string& part : ranks.gather(mine, 0)) all += part;
  std::istringstream lines(ranks.broadcast(all, 0));
  std::map<std::string, double> known;
  double count = 0;
  for (std::string name; lines >> count && std::getline(lines >> std::ws, name);) known[name] = count;
  return known;
}

}  // namespace

void share_pending(Communicator& ranks, const Sweep& sweep, std::vector<PendingCase>& work) {
  if (ranks.size() == 1) return;
  std::string text;
  for (const PendingCase& one : work)
    text += fmt::format("{} {} {}\n", one.one - sweep.cases.data(), one.run, one.starts);
  std::istringstream lines(ranks.broadcast(text, 0));
  work.clear();
  size_t place = 0;
  for (PendingCase one; lines >> place >> one.run >> one.starts;) {
    one.one = &sweep.cases.at(place);
    work.push_back(one);
  }
}

RankSchedule rank_schedule(const std::vector<PendingCase>& work, Communicator& ranks) {
  std::vector<const Case*> cases;
  for (const PendingCase& one : work) cases.push_back(one.one);
  if (ranks.size() == 1) return rank_schedule(cases, 1, [](const Case&) { return 0.0; });
  const std::map<std::string, double> known = connections(work, ranks);
  CostModel cost([&](const std::string& network) { return known.count(network) > 0 ? known.at(network) : 0.0; },
                 any_rate);
  return rank_schedule(cases, ranks.size(), [&](const Case& one) { return cost.seconds(one); });
}

std::vector<std::vector<size_t>> blocks_among(const std::vector<PendingCase>& work, const std::vector<size_t>& places) {
  std::vector<CaseToRun> cases;
  std::map<std::string, size_t> place_of;
  for (const size_t place : places) {
    cases.emplace_back(work[place].one, work[place].run);
    place_of[work[place].run] = place;
  }
  std::vector<std::vector<size_t>> blocks;
  for (const std::vector<CaseToRun>& block : blocks_of(cases)) {
    blocks.emplace_back();
    for (const auto& [one, run] : block) blocks.back().push_back(place_of.at(run));
  }
  return blocks;
}

}  // namespace sparsio
