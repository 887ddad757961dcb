#include "run/packing.hpp"

#include <algorithm>
#include <cmath>

#include "plugin/spec.hpp"
#include "run/open.hpp"
#include "statistics/median_interval.hpp"

namespace sparsio {
namespace {

constexpr double modelled_per_second = 1e7;  // connections; the model walks each a few times
constexpr double counted_per_second = 1e7;   // connections x inputs of a tile, in simulated caches
constexpr double seconds_of_any_case = 0.02;
constexpr double inputs_of_a_file = 60000;  // the Graph Challenge's

double input_count(const Case& one) {
  if (one.text("inputs").empty()) return 0;
  for (const auto& [name, value] : parse_spec(one.text("inputs"), one.place).given)
    if (name == "count") return std::stod(value);
  return inputs_of_a_file;
}

std::string engine_and_track(const std::string& engine, const std::string& track) {
  return engine.substr(0, engine.find(':')) + " " + track;
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

void CostModel::learn(const std::vector<Record>& rows) {
  std::map<std::string, std::vector<double>> rates;
  for (const Record& row : rows) {
    if (row.text("status") != "ok") continue;
    if (const double rate = row.real("nominal_rate"); rate > 0)
      rates[engine_and_track(row.text("engine"), row.text("track"))].push_back(rate);
    if (const double connections = row.real("network_connections"); connections > 0)
      known_connections_[row.text("network")] = connections;
  }
  for (auto& [which, all] : rates) known_rates_[which] = median(std::move(all));
}

double CostModel::rate_of(const Case& one) const {
  const auto found = known_rates_.find(engine_and_track(one.text("engine"), one.text("track")));
  return found == known_rates_.end() ? rate_ : found->second;
}

double CostModel::seconds(const Case& one) {
  const std::string& network = one.text("network");
  const auto [at, is_new] = known_connections_.try_emplace(network, 0);
  if (is_new) {
    try {
      at->second = connections_(network);
    } catch (const std::exception&) {
      at->second = 0;  // the case will say what is wrong with it
    }
  }
  const double connections = at->second;
  double seconds = seconds_of_any_case + connections / modelled_per_second;
  if (one.text("engine") == "none") return seconds;
  const double each = connections * input_count(one) / rate_of(one) * (one.text("baseline").empty() ? 1 : 2);
  seconds += each * static_cast<double>(one.integer("repetitions") + one.integer("warmup") * one.integer("rounds"));
  if (one.real("precision") > 0)  // at worst
    seconds += std::min(one.real("budget_seconds"), each * static_cast<double>(one.integer("budget_repetitions")));
  if (one.text("meter") != "none")
    seconds += connections * static_cast<double>(std::max<int64_t>(48, one.integer("tile"))) / counted_per_second;
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
