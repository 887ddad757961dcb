// pays: why did a pruned model gain nothing? The density of each layer beside the density below which leaving zeros out
// pays here, both sides predicted from the calibration that is kept.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/grouped.hpp"
#include "cli/info/network_parts.hpp"
#include "predict/plausible.hpp"
#include "topo/caches.hpp"

namespace sparsio {
namespace {

std::string crossing_text(double crossing) {
  if (crossing <= 0) return "none";
  return crossing >= 1 ? "any" : density_text(crossing);
}

std::string microseconds(double seconds) {
  const double count = seconds * 1e6;
  return count < 1000 ? fmt::format("{:.3g}", count) : grouped(static_cast<uint64_t>(count + 0.5));
}

std::string verdict(const LayerForecast& told) {
  const std::string_view faster = told.sparse_pays() ? "sparse" : "dense";
  if (!std::isfinite(told.factor())) return std::string(faster);
  return fmt::format("{} {:.1f}x faster", faster, told.factor());
}

/// The rest of a table's rows is a line under it.
void note_left_out(size_t layers, Report& report) {
  if (layers > most_layers_shown)
    report.note(fmt::format("{} more layers between are in --json", layers - layers_shown(layers).size()));
}

}  // namespace

PaysTable::PaysTable(const InfoRequest& request) : panel_(request.panel) {
  const std::string& given = request.calibration;
  if (!given.empty() && !read_calibration(given))
    throw BadInput("--calibration", fmt::format("'{}' is not there", given), "make it: sparsio calibrate --out FILE");
  UsableCalibration usable = usable_calibration(given.empty() ? default_calibration_path() : given);
  reason_ = usable.reason;
  if (!usable.calibration) return;
  made_ = usable.calibration->made;
  is_doubtful_ = !doubts(*usable.calibration).empty();
  pays_.emplace(*usable.calibration, geometries(detect_machine(1)), panel_);
  reason_ = pays_->reason();
}

/// What a layer's time depends on is its shape, its connections and what its targets share: of layers that are alike
/// in these one is looked at.
void PaysTable::add(const Layer& layer, const LayerFacts& facts) {
  if (!reason_.empty()) return;
  const auto [alike, is_new] =
      known_.try_emplace({facts.sources, facts.targets, facts.connections, facts.twins}, forecasts_.size());
  forecasts_.push_back(is_new ? pays_->forecast(layer) : LayerForecast(forecasts_[alike->second]));
}

Fields PaysTable::fields_of(size_t layer) const {
  if (!reason_.empty()) return {};
  const LayerForecast& told = forecasts_[layer];
  return {{"sparse_pays_below", told.crossing},
          {"sparse_engine", told.sparse},
          {"sparse_seconds_predicted", told.sparse_seconds},
          {"dense_seconds_predicted", told.dense_seconds},
          {"targets_looked_at", told.targets}};
}

/// Figures of another machine, and the command that makes those of this one.
void PaysTable::say_unknown(const std::vector<LayerFacts>& layers, Report& report) const {
  std::vector<std::vector<std::string>> rows;
  for (const size_t l : layers_shown(layers.size())) {
    const double density = layers[l].density();
    rows.push_back({fmt::format("{}", l + 1), density_text(density), density_text(crossing_elsewhere),
                    density <= crossing_elsewhere ? "sparse" : "dense"});
  }
  report.table({"layer", "density", "sparse pays below", "faster there"}, rows);
  note_left_out(layers.size(), report);
  report.note(fmt::format(
      "Not of this machine ({}): on a Zen 4 the engine row_pairs was faster than OpenBLAS at every density.", reason_));
  report.note("What holds here: sparsio calibrate, then this command again.");
}

/// What all layers come to, and which of them would be faster dense.
void PaysTable::say_all(Report& report) const {
  double sparse = 0;
  double dense = 0;
  double best = 0;
  std::vector<std::string> losers;
  for (size_t l = 0; l < forecasts_.size(); ++l) {
    const LayerForecast& told = forecasts_[l];
    sparse += told.sparse_seconds;
    dense += told.dense_seconds;
    best += std::min(told.sparse_seconds, told.dense_seconds);
    if (!told.sparse_pays()) losers.push_back(fmt::format("{}", l + 1));
  }
  report.note(fmt::format("All layers: sparse {} us, dense {} us, the better of each {} us.", microseconds(sparse),
                          microseconds(dense), microseconds(best)));
  const size_t named = std::min(losers.size(), most_layers_shown);
  const auto end = losers.begin() + static_cast<std::ptrdiff_t>(named);
  if (losers.empty())
    report.note("Every layer gains by being sparse.");
  else
    report.note(fmt::format("{} not gain by being sparse: {}{}.",
                            losers.size() == 1 ? "One layer does" : fmt::format("{} layers do", losers.size()),
                            fmt::join(losers.begin(), end, ", "), named < losers.size() ? " ..." : ""));
}

void PaysTable::say(const std::vector<LayerFacts>& layers, Report& report) const {
  report.fields.emplace_back("panel", panel_);
  report.fields.emplace_back("calibration", made_);
  report.fields.emplace_back("calibration_reason", reason_);
  report.fields.emplace_back("calibration_is_doubtful", is_doubtful_);
  if (!reason_.empty()) {
    report.fields.emplace_back("sparse_pays_below_elsewhere", crossing_elsewhere);
    say_unknown(layers, report);
    return;
  }
  std::vector<std::vector<std::string>> rows;
  bool are_parts = false;
  for (const size_t l : layers_shown(forecasts_.size())) {
    const LayerForecast& told = forecasts_[l];
    are_parts = are_parts || told.targets < layers[l].targets;
    rows.push_back({fmt::format("{}", l + 1), density_text(layers[l].density()), crossing_text(told.crossing),
                    told.sparse, microseconds(told.sparse_seconds), microseconds(told.dense_seconds), verdict(told)});
  }
  report.table({"layer", "density", "sparse pays below", "by", "sparse us", "dense us", "faster"}, rows);
  note_left_out(forecasts_.size(), report);
  say_all(report);
  report.note(fmt::format("Predicted, a panel of {} inputs on one thread, by the calibration of {}{}.", panel_, made_,
                          are_parts ? "; large layers by their first targets" : ""));
  if (is_doubtful_)
    report.note(
        "That calibration is doubtful, and so are these figures: sparsio info on its file says why; make it "
        "anew where nothing else runs.");
}

}  // namespace sparsio
