#include "net/windowed_schedule.hpp"

#include <algorithm>
#include <utility>

namespace sparsio {

bool DepthBlock::begins_part(size_t step) const {
  return step == 0 || steps[step].layer != steps[step - 1].layer || std::binary_search(tile.begin(), tile.end(), step);
}

uint32_t ScheduleLimits::window_of(std::span<const LayerUnits> layers) const {
  uint32_t widest = 0;
  for (const LayerUnits& layer : layers) widest = std::max(widest, layer.sources());
  return window == none ? none : std::min(window, widest / 2);
}

WindowedSchedule::WindowedSchedule(uint32_t inputs, ScheduleLimits limits, BlockCut cut, uint32_t lag)
    : limits_(limits), cut_(std::move(cut)), lag_(lag), is_within_(inputs, false), row_(inputs) {}

std::optional<DepthBlock> WindowedSchedule::push(Layer layer) {
  std::optional<DepthBlock> complete;
  units_.emplace_back(layer);
  if (layer_.empty() || !grows()) {
    if (!layer_.empty()) {
      LayerUnits next = std::move(units_.back());
      units_.pop_back();
      complete = take();
      units_.push_back(std::move(next));
    }
    order_ = *depth_first(units_, ScheduleLimits::none);  // one layer, whatever it needs
  }
  layer_.push_back(std::move(layer));
  ++layers_;
  return complete;
}

std::optional<DepthBlock> WindowedSchedule::finish() {
  if (layer_.empty()) return std::nullopt;
  return take();
}

bool WindowedSchedule::grows() {
  if (layer_.size() >= limits_.depth || layer_.back().activation.kind == ActivationKind::softmax) return false;
  std::optional<DepthFirst> order = depth_first(units_, limits_.window_of(units_));
  if (!order) return false;
  order_ = std::move(*order);
  return true;
}

DepthBlock WindowedSchedule::take() {
  DepthBlock block;
  block.layers = std::exchange(layer_, {});
  block.units = std::exchange(units_, {});
  block.steps = std::exchange(order_.steps, {});
  block.window = order_.window;
  block.first = layers_ - static_cast<uint32_t>(block.layers.size());
  if (cut_) cut_(block);
  place(block);
  return block;
}

uint32_t WindowedSchedule::new_row(bool is_within) {
  for (FreeRows* const rows : {&own_, &free_}) {
    std::vector<uint32_t>& free = rows->of(is_within);
    if (free.empty()) continue;
    const uint32_t row = free.back();
    free.pop_back();
    return row;
  }
  is_within_.push_back(is_within);
  return rows() - 1;
}

void WindowedSchedule::begin_tile() {
  aging_.push_back(std::exchange(own_, {}));
  for (; aging_.size() > lag_; aging_.pop_front())
    for (const bool is_within : {false, true}) {
      const std::vector<uint32_t>& old = aging_.front().of(is_within);
      free_.of(is_within).insert(free_.of(is_within).end(), old.begin(), old.end());
    }
}

/// Rows in the order in which they are first read; behind them those that nobody reads.
void WindowedSchedule::place_inputs(const DepthBlock& block) {
  constexpr uint32_t nowhere = UINT32_MAX;
  uint32_t next = 0;
  row_.assign(row_.size(), nowhere);
  for (const UnitStep& step : block.steps) {
    if (step.layer > 0) continue;
    for (const uint32_t s : block.units.front().sources_of(step.unit))
      if (row_[s] == nowhere) row_[s] = next++;
  }
  for (uint32_t& row : row_)
    if (row == nowhere) row = next++;
  input_row_ = row_;
}

void WindowedSchedule::place(DepthBlock& block) {
  if (block.first == 0) place_inputs(block);
  std::vector<std::vector<uint32_t>> unread;  // of each source of each layer: steps that still have to read it
  for (const LayerUnits& units : block.units) {
    unread.emplace_back(units.sources());
    for (const uint32_t s : units.sources_of_all()) ++unread.back()[s];
  }
  block.row.push_back(std::move(row_));
  for (const Layer& layer : block.layers) block.row.emplace_back(layer.targets);
  for (uint32_t s = 0; s < block.row.front().size(); ++s)
    if (unread.front()[s] == 0) give_back(block.row.front()[s]);
  // Rows that nobody will read are kept until another layer's turn: steps of one layer may be finished together.
  std::vector<uint32_t> unwanted;
  uint32_t layer = 0;
  auto tile = block.tile.begin();
  for (size_t k = 0; k < block.steps.size(); ++k) {
    const UnitStep& step = block.steps[k];
    if (tile != block.tile.end() && *tile == k) {
      begin_tile();
      ++tile;
    }
    if (step.layer != layer) {
      for (const uint32_t row : std::exchange(unwanted, {})) give_back(row);
      layer = step.layer;
    }
    const bool is_last = layer + 1 == block.layers.size();
    const std::span<const uint32_t> targets = block.units[layer].targets_of(step.unit);
    for (const uint32_t t : targets) {
      const uint32_t row = new_row(!is_last);
      block.row[layer + 1][t] = row;
      if (!is_last && unread[layer + 1][t] == 0) unwanted.push_back(row);
    }
    for (const uint32_t s : block.units[layer].sources_of(step.unit))
      if (--unread[layer][s] == 0) give_back(block.row[layer][s]);
  }
  for (const uint32_t row : unwanted) give_back(row);
  row_ = block.row.back();
}

}  // namespace sparsio
