// array_tasks: which cases share a task of a job array.
// Sites want few long tasks, and a task that keeps its network open is faster than one that opens many. So cases stay
// in the sweep's order, in which the network varies slowest, and a task is closed when the next case would take it past
// the target: at most twice as many tasks as the best packing, since two neighbours together are always above the
// target.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "config/case.hpp"
#include "record/record.hpp"

namespace sparsio {

/// Cases by their numbers, task after task. Each task costs at most `target` seconds, or is a single case.
std::vector<std::vector<size_t>> packed(const std::vector<double>& seconds, double target);

/// How long cases take: an estimate from their sizes, corrected by how long rows of earlier runs really took.
class CostModel {
 public:
  /// `connections` of a network SPEC, asked once each; what it throws makes the network's cases cheap: they will fail.
  /// `rate`: nominal edges/s of an engine that nothing is known of.
  CostModel(std::function<double(const std::string& network)> connections, double rate);
  /// Rows of earlier runs: the median of measured wall_seconds / estimate corrects the cases that are like them.
  void learn(const std::vector<Record>& rows);
  /// Connections x inputs x (repetitions and warm-ups, twice with a baseline) / rate, what counting adds, and the
  /// model; times the correction of the nearest kin that has a measured row: the same network, inputs, order, policy,
  /// engine and meter; then the same engine and meter.
  double seconds(const Case& one);

 private:
  template <typename Row>
  double estimate(const Row& row);

  std::function<double(const std::string&)> connections_;
  double rate_;
  std::map<std::string, double> known_connections_;
  std::map<std::string, double> corrections_;  // by kin
};

/// Connections of a network, by the density of its first layer; exact for a general DAG.
double estimated_connections(const std::string& network);

}  // namespace sparsio
