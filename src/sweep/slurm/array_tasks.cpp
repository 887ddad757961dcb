#include "sweep/slurm/array_tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/spec.hpp"
#include "run/open.hpp"
#include "statistics/median_interval.hpp"

namespace sparsio {
namespace {

constexpr double modelled_per_second = 1e7;  // connections; the model walks each a few times
constexpr double counted_per_second = 1e7;   // connections x inputs of a panel, in simulated caches
constexpr double seconds_of_any_case = 0.02;
constexpr double inputs_of_a_file = 60000;  // the Graph Challenge's

template <typename Row>
double input_count(const Row& row) {
  if (row.text("inputs").empty()) return 0;
  for (const auto& [name, value] : parse_spec(row.text("inputs"), row.text("inputs")).given)
    if (name == "count" && std::stod(value) > 0) return std::stod(value);  // 0 is all of a file
  return inputs_of_a_file;
}

/// Who takes alike, the nearest first.
template <typename Row>
std::array<std::string, 2> kin(const Row& row) {
  const std::string& engine = row.text("engine");
  const std::string machine =
      fmt::format("{} {} {}", engine.substr(0, engine.find(':')), row.text("track"), row.text("meter"));
  return {fmt::format("{} {} {} {} {}", row.text("network"), row.text("inputs"), row.text("order"), row.text("policy"),
                      machine),
          machine};
}

}  // namespace

std::vector<std::vector<size_t>> packed(const std::vector<double>& seconds, double target) {
  std::vector<std::vector<size_t>> tasks;
  double full = 0;
  for (size_t k = 0; k < seconds.size(); ++k) {
    if (tasks.empty() || full + seconds[k] > target) {
      tasks.emplace_back();
      full = 0;
    }
    tasks.back().push_back(k);
    full += seconds[k];
  }
  return tasks;
}

CostModel::CostModel(std::function<double(const std::string& network)> connections, double rate)
    : connections_(std::move(connections)), rate_(rate) {}

template <typename Row>
double CostModel::estimate(const Row& row) {
  const std::string& network = row.text("network");
  const auto [at, is_new] = known_connections_.try_emplace(network, 0);
  if (is_new) {
    try {
      at->second = connections_(network);
    } catch (const std::exception&) {
      at->second = 0;  // the case will say what is wrong with it
    }
  }
  const double connections = at->second;
  const double seconds = seconds_of_any_case + connections / modelled_per_second;
  if (row.text("engine") == "none") return seconds;
  const double each = row.text("baseline").empty() ? 1 : 2;
  const double more = row.real("precision") > 0 ? row.real("budget_repetitions") : 0;  // at worst
  const double passes = (std::max(row.real("repetitions"), more) + row.real("warmup") * row.real("rounds")) * each;
  const double counting =
      row.text("meter") == "none" ? 0 : connections * std::max(48.0, row.real("panel")) / counted_per_second;
  return seconds + connections * input_count(row) * passes / rate_ + counting;
}

void CostModel::learn(const std::vector<Record>& rows) {
  std::map<std::string, std::vector<double>> ratios;
  for (const Record& row : rows) {
    if (const double connections = row.real("network_connections"); connections > 0)
      known_connections_[row.text("network")] = connections;
    const std::string& status = row.text("status");
    const double took = row.real("wall_seconds");
    if (status == "error" || status == "unsupported" || !(took > 0)) continue;
    const double ratio = took / estimate(row);
    for (std::string& who : kin(row)) ratios[std::move(who)].push_back(ratio);
  }
  for (auto& [who, all] : ratios) corrections_[who] = median(std::move(all));
}

double CostModel::seconds(const Case& one) {
  double seconds = estimate(one);
  for (const std::string& who : kin(one))
    if (const auto found = corrections_.find(who); found != corrections_.end()) {
      seconds *= found->second;
      break;
    }
  return std::min(seconds, one.real("time_limit"));
}

double estimated_connections(const std::string& network) {
  const NetworkSource source = open_network(network, network);
  if (const auto* whole = std::get_if<Network>(&source)) return static_cast<double>(whole->connections());
  LayerSource& layers = *std::get<std::unique_ptr<LayerSource>>(source);
  Layer first;
  if (!layers.next(first)) return 0;
  const auto possible = static_cast<double>(first.sources) * static_cast<double>(first.targets);
  const double density = possible > 0 ? static_cast<double>(first.connections()) / possible : 0;
  double connections = 0;
  const auto& widths = layers.widths();
  for (size_t k = 0; k + 1 < widths.size(); ++k)
    connections += density * static_cast<double>(widths[k]) * static_cast<double>(widths[k + 1]);
  return connections;
}

}  // namespace sparsio
