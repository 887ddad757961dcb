// packing: which cases share a task of a job array.
// Sites want few long tasks, and a task that keeps its network open is faster than one that opens many. So cases stay
// in the sweep's order, in which the network varies slowest, and a task is closed when the next case would take it past
// the target: at most twice as many tasks as the best packing, since two neighbours together are always above the
// target.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "record/record.hpp"
#include "sweep/case.hpp"

namespace sparsio {

/// Cases by their numbers, task after task. Each task costs at most `target` seconds, or is a single case.
std::vector<std::vector<size_t>> packed(const std::vector<double>& seconds, double target);

/// Guesses how long cases take.
class CostModel {
 public:
  /// `connections` of a network SPEC, asked once each; what it throws makes the network's cases cheap: they will fail.
  /// `rate`: nominal edges/s of an engine that nothing is known of.
  CostModel(std::function<double(const std::string& network)> connections, double rate);
  /// Rows of earlier runs, whose nominal rates replace the guess for their engine and track: the median of each.
  void learn(const std::vector<Record>& rows);
  /// Connections x inputs x (repetitions and warm-ups, twice with a baseline) / rate, what counting adds, and the
  /// model.
  double seconds(const Case& one);

 private:
  double rate_of(const Case& one) const;

  std::function<double(const std::string&)> connections_;
  double rate_;
  std::map<std::string, double> known_connections_;
  std::map<std::string, double> known_rates_;  // by "engine track"
};

/// Connections of a network, by the density of its first layer; exact for a general DAG.
double estimated_connections(const std::string& network);

}  // namespace sparsio
