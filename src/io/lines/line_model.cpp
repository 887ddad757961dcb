#include "io/lines/line_model.hpp"

#include <algorithm>

#include "io/lines/alive_scan.hpp"
#include "io/lines/input_lines.hpp"
#include "io/lines/line_cache.hpp"
#include "io/lines/twin_line_model.hpp"

namespace sparsio {
namespace {

constexpr uint64_t page = 4096;

uint64_t pages(uint64_t bytes) {
  return (bytes + page - 1) / page * page;
}

uint32_t widest_layer(std::span<const uint32_t> first) {
  uint32_t widest = 0;
  for (size_t l = 0; l + 1 < first.size(); ++l) widest = std::max(widest, first[l + 1] - first[l]);
  return widest;
}

/// Where the engine's buffers begin; all but the streams are known lines.
struct Places {
  Places(const Network& network, const LineLayout& layout, uint64_t inputs) : row(network.neurons()) {
    const auto first = network.layer_begin();
    const uint64_t row_bytes = layout.row_bytes;
    if (layout.rows == LineLayout::Rows::one_per_neuron || first.empty()) {
      for (uint64_t v = 0; v < row.size(); ++v) row[v] = v * row_bytes;
      buffers = {{0, row.size() * row_bytes}};
    } else {
      const uint64_t bytes = widest_layer(first) * row_bytes;
      for (size_t l = 0; l + 1 < first.size(); ++l)
        for (uint32_t v = first[l]; v < first[l + 1]; ++v) row[v] = l % 2 * pages(bytes) + (v - first[l]) * row_bytes;
      buffers = {{0, bytes}, {pages(bytes), bytes}};
    }
    uint64_t end = pages(buffers.back().first + buffers.back().second);
    if (layout.inputs == LineLayout::Inputs::staged) {
      staged = end;
      buffers.emplace_back(end, inputs * row_bytes);
      end += pages(inputs * row_bytes);
    }
    bias = end;
    input = {bias + pages(uint64_t{network.neurons()} * 4), 0, inputs, row_bytes, layout.vector_bytes};
    input.block = input.bits + pages(input.bits_bytes());
    connections = input.block + pages(input.block_bytes());
    targets = connections + pages(network.connections() * layout.bytes_a_connection);
    degrees = targets + pages(uint64_t{network.neurons()} * layout.bytes_a_target);
    ids = degrees + pages(uint64_t{network.neurons()} * 8);
    outputs = ids + pages(inputs * 4);
  }

  std::vector<uint64_t> row;                           // of each neuron
  std::vector<std::pair<uint64_t, uint64_t>> buffers;  // begin and bytes of those that are set to zero
  uint64_t staged = 0;
  uint64_t bias = 0;
  InputLines input{};
  uint64_t connections = 0;
  uint64_t targets = 0;
  uint64_t degrees = 0;
  uint64_t ids = 0;
  uint64_t outputs = 0;
};

/// One pass: what an engine touches, in its order, as far as its layout says.
class Walk {
 public:
  Walk(const Network& network, std::span<const Step> steps, const CacheGeometry& geometry, const LineLayout& layout)
      : network_(network),
        steps_(steps),
        layout_(layout),
        inputs_(network.input_ids()),
        places_(network, layout, inputs_.size()),
        cache_(geometry, places_.connections / geometry.line_bytes + 1),
        connections_(places_.connections),
        targets_(places_.targets),
        missing_(network.neurons()) {
    for (uint32_t v = 0; v < missing_.size(); ++v) missing_[v] = static_cast<uint32_t>(network.in_degree(v));
  }

  LinePrediction run() {
    set_up();
    const uint32_t strip = layout_.strip_bytes;
    if (strip == 0 || strip >= layout_.row_bytes || network_.layer_begin().empty())
      connect(0, steps_.size(), 0, layout_.row_bytes);
    else
      connect_in_strips(strip);
    collect();
    return {cache_.misses(), cache_.write_backs()};
  }

 private:
  /// The buffers are set to zero, the inputs written from their bits, and copied to their neurons if staged (then a
  /// walk over all neurons has set those without in-connections first).
  void set_up() {
    for (const auto& [begin, bytes] : places_.buffers)
      if (bytes > 0) cache_.touch(begin, bytes, Access::store);
    const bool staged = layout_.inputs == LineLayout::Inputs::staged;
    const uint64_t row = layout_.row_bytes;
    LineCache::Stream degrees(places_.degrees);
    for (uint32_t v = 0; staged && v < network_.neurons(); ++v) {
      cache_.read(degrees, 8);
      if (network_.in_degree(v) > 0) continue;
      cache_.touch(places_.bias + v * uint64_t{4}, 4, Access::load);
      cache_.touch(places_.row[v], row, Access::store);
    }
    places_.input.walk(cache_, [&](uint64_t j, uint64_t column, uint64_t bytes) {
      cache_.touch((staged ? places_.staged + j * row : places_.row[inputs_[j]]) + column * 4, bytes, Access::store);
    });
    LineCache::Stream ids(places_.ids);
    for (uint64_t j = 0; staged && j < inputs_.size(); ++j) {
      cache_.read(ids, 4);
      cache_.touch(places_.staged + j * row, row, Access::load);
      cache_.touch(places_.row[inputs_[j]], row, Access::store);
    }
  }

  /// Steps begin .. end - 1 on `bytes` of each row from `offset`.
  void connect(uint64_t begin, uint64_t end, uint64_t offset, uint64_t bytes) {
    const bool in_memory = layout_.sums == LineLayout::Sums::in_memory;
    for (uint64_t k = begin; k < end; ++k) {
      const auto [u, v] = steps_[k];
      const bool is_first = missing_[v] == network_.in_degree(v);
      const bool is_last = --missing_[v] == 0;
      if (is_last) missing_[v] = static_cast<uint32_t>(network_.in_degree(v));  // for the next strip
      if (is_first) cache_.read(targets_, layout_.bytes_a_target);
      cache_.read(connections_, layout_.bytes_a_connection);
      if (in_memory) cache_.touch(places_.bias + v * uint64_t{4}, 4, Access::load);
      cache_.touch(places_.row[u] + offset, bytes, Access::load);
      if (!in_memory && is_last) cache_.touch(places_.bias + v * uint64_t{4}, 4, Access::load);
      if (in_memory || is_last) cache_.touch(places_.row[v] + offset, bytes, Access::store);
    }
  }

  /// Each layer is walked once a strip of its rows, connections and all.
  void connect_in_strips(uint32_t strip) {
    const auto first = network_.layer_begin();
    for (size_t l = 1; l + 1 < first.size(); ++l) {
      const uint64_t connection = connections_.address();
      const uint64_t target = targets_.address();
      for (uint32_t at = 0; at < layout_.row_bytes; at += strip) {
        connections_.seek(connection);
        targets_.seek(target);
        connect(network_.in_begin()[first[l]], network_.in_begin()[first[l + 1]], at,
                std::min(strip, layout_.row_bytes - at));
      }
    }
  }

  /// The search for categories: where layers take turns, a line's columns at a time down the rows; else by a list.
  void collect() {
    std::vector<uint32_t> outputs = network_.output_ids();
    const bool has_panels = layout_.rows != LineLayout::Rows::one_per_neuron && layout_.row_bytes >= 64;
    if (has_panels) outputs.resize(scanned_rows(network_.activations().back(), outputs.size()));
    LineCache::Stream list(places_.outputs);
    const uint32_t step = layout_.rows == LineLayout::Rows::one_per_neuron ? layout_.row_bytes : cache_.line_bytes();
    for (uint32_t at = 0; at < layout_.row_bytes; at += step)
      for (const uint32_t v : outputs) {
        if (layout_.rows == LineLayout::Rows::one_per_neuron) cache_.read(list, 4);
        cache_.touch(places_.row[v] + at, std::min(step, layout_.row_bytes - at), Access::load);
      }
  }

  const Network& network_;
  std::span<const Step> steps_;
  const LineLayout& layout_;
  std::vector<uint32_t> inputs_;
  Places places_;
  LineCache cache_;
  LineCache::Stream connections_;
  LineCache::Stream targets_;
  std::vector<uint32_t> missing_;  // in-connections of each neuron still to come
};

}  // namespace

LinePrediction predict_lines(const Network& network, std::span<const Step> steps, const CacheGeometry& cache,
                             const LineLayout& layout) {
  if (layout.has_twins() && !network.layer_begin().empty()) return predict_twin_lines(network, cache, layout);
  return Walk(network, steps, cache, layout).run();
}

}  // namespace sparsio
