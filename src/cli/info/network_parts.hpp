// network_parts: the parts of what `sparsio info` says of a network that are a table each.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/info/report.hpp"
#include "net/layer_facts.hpp"
#include "predict/sparse_pays.hpp"
#include "run/case_cache.hpp"
#include "run/takers.hpp"

namespace sparsio {

/// Of so many layers all are shown; of more the first and the last few.
constexpr size_t most_layers_shown = 12;
/// The layers to show, from 0; between the first and the last few the rest is a line.
std::vector<size_t> layers_shown(size_t layers);

/// Predicts layers one by one, from the calibration kept here or given, if there is one.
class PaysTable {
 public:
  explicit PaysTable(const InfoRequest& request);
  void add(const Layer& layer, const LayerFacts& facts);
  void say(const std::vector<LayerFacts>& layers, Report& report) const;
  /// Of that layer, for programs.
  Fields fields_of(size_t layer) const;

 private:
  void say_unknown(const std::vector<LayerFacts>& layers, Report& report) const;

  uint32_t panel_;
  std::string made_;    // of the calibration
  std::string reason_;  // why nothing is predicted
  bool is_doubtful_ = false;
  std::optional<SparsePays> pays_;
  std::vector<LayerForecast> forecasts_;  // of each layer
  std::map<std::array<uint64_t, 4>, size_t> known_;
};

/// The least words, of which those of this very network are proved if it is not too large.
void say_words(const NetworkFacts& facts, NetworkAtHand& network, uint64_t memory, Report& report);
/// Which engines take the network.
void say_engines(const StandIn& stand_in, Report& report);

}  // namespace sparsio
