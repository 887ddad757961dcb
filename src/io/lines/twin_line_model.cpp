#include "io/lines/twin_line_model.hpp"

#include <algorithm>
#include <bit>

#include "io/lines/alive_scan.hpp"
#include "io/lines/input_lines.hpp"
#include "io/lines/line_cache.hpp"
#include "net/row_allocation.hpp"
#include "net/twin_blocks.hpp"

namespace sparsio {
namespace {

/// A layer as it is run, and where its arrays are.
struct PlacedLayer {
  std::vector<TwinBlock> block;
  std::vector<uint32_t> source;  // rows
  std::vector<uint32_t> row;     // of each place
  uint64_t block_at = 0;
  uint64_t source_at = 0;
  uint64_t weight_at = 0;
  uint64_t bias_at = 0;
  uint64_t row_at = 0;
};

/// Which targets have which sources; weights are of no concern.
Layer connections_of(const Network& network, size_t l) {
  const auto first = network.layer_begin();
  Layer layer;
  layer.sources = first[l] - first[l - 1];
  layer.targets = first[l + 1] - first[l];
  const uint64_t begin = network.in_begin()[first[l]];
  for (uint32_t v = first[l]; v <= first[l + 1]; ++v) layer.begin.push_back(network.in_begin()[v] - begin);
  for (uint64_t c = begin; c < network.in_begin()[first[l + 1]]; ++c)
    layer.source.push_back(network.source()[c] - first[l - 1]);
  return layer;
}

/// Everything that is touched has an address of its own, each array beginning on a page.
class Places {
 public:
  Places(const Network& network, const LineLayout& layout) {
    const auto first = network.layer_begin();
    const uint32_t inputs = first[1];
    const bool is_recycled = layout.rows == LineLayout::Rows::recycled;
    RowAllocation recycled(inputs);
    std::vector<uint32_t> place_of;
    uint32_t widest = inputs;
    for (size_t l = 1; l + 1 < first.size(); ++l) {
      TwinBlocks twins = twin_blocks(connections_of(network, l), layout.least_fill);
      if (!place_of.empty())
        for (uint32_t& s : twins.source) s = place_of[s];
      place_of = twins.place_of();
      const auto targets = static_cast<uint32_t>(place_of.size());
      widest = std::max(widest, targets);
      PlacedLayer placed;
      if (is_recycled) placed.row = recycled.place(twins.block, twins.source, targets);
      placed.block_at = take(twins.block.size() * sizeof(TwinBlock));
      placed.source_at = take(twins.source.size() * 4);
      placed.weight_at = take(twins.weights * 4);
      placed.bias_at = take(targets * uint64_t{4});
      if (is_recycled) placed.row_at = take(targets * uint64_t{4});
      placed.block = std::move(twins.block);
      placed.source = std::move(twins.source);
      layers.push_back(std::move(placed));
    }
    buffer_bytes = (is_recycled ? recycled.rows() : widest) * uint64_t{layout.row_bytes};
    buffer[0] = take(buffer_bytes);
    buffer[1] = is_recycled ? buffer[0] : take(buffer_bytes);
    pixel_bytes = layout.inputs == LineLayout::Inputs::bits ? (layout.row_bytes / 4 + 63) / 64 * 8 : 0;
    pixels = take(inputs * pixel_bytes);
    input = {0, 0, inputs, layout.row_bytes, layout.vector_bytes};
    input.bits = take(input.bits_bytes());
    input.block = take(input.block_bytes());
    strip_frame = take(layout.strip_frame_bytes);
    layer_frame = take(layout.layer_frame_bytes);
  }

  std::vector<PlacedLayer> layers;
  uint64_t buffer[2];  // layers take turns; the same one where rows are recycled
  uint64_t buffer_bytes;
  uint64_t pixels;       // the inputs as rows of bits
  uint64_t pixel_bytes;  // of each, 0: they are made floats
  InputLines input{};
  uint64_t strip_frame;
  uint64_t layer_frame;
  uint64_t end = 0;

 private:
  uint64_t take(uint64_t bytes) {
    constexpr uint64_t page = 4096;
    const uint64_t at = end;
    end += (bytes + page - 1) / page * page;
    return at;
  }
};

class Walk {
 public:
  Walk(const Network& network, const CacheGeometry& geometry, const LineLayout& layout)
      : layout_(layout),
        activation_(network.activations().back()),
        places_(network, layout),
        cache_(geometry, places_.end / geometry.line_bytes + 1) {}

  LinePrediction run() {
    set_up();
    uint64_t from = places_.buffer[0];
    uint64_t to = places_.buffer[1];
    for (const PlacedLayer& layer : places_.layers) {
      store(places_.layer_frame, layout_.layer_frame_bytes);
      for (size_t b = 0; b < layer.block.size(); ++b) {
        load(layer.block_at + b * sizeof(TwinBlock), sizeof(TwinBlock));
        for (const TwinStrip& strip : layout_.strips[static_cast<size_t>(std::countr_zero(layer.block[b].width))])
          connect(layer, layer.block[b], strip, from, to);
      }
      std::swap(from, to);
    }
    collect(from);
    return {cache_.misses(), cache_.write_backs()};
  }

 private:
  bool is_recycled() const { return layout_.rows == LineLayout::Rows::recycled; }
  void load(uint64_t address, uint64_t bytes) { cache_.touch(address, bytes, Access::load); }
  void store(uint64_t address, uint64_t bytes) {
    if (bytes > 0) cache_.touch(address, bytes, Access::store);
  }

  void set_up() {
    store(places_.buffer[0], places_.buffer_bytes);
    if (!is_recycled()) store(places_.buffer[1], places_.buffer_bytes);
    const bool stay_bits = places_.pixel_bytes > 0;
    if (stay_bits) store(places_.pixels, places_.input.inputs * places_.pixel_bytes);
    places_.input.walk(cache_, [&](uint64_t j, uint64_t column, uint64_t bytes) {
      if (stay_bits)
        store(places_.pixels + j * places_.pixel_bytes + column / 8, 8);
      else
        store(places_.buffer[0] + j * layout_.row_bytes + column * 4, bytes);
    });
  }

  void connect(const PlacedLayer& layer, const TwinBlock& block, const TwinStrip& strip, uint64_t from, uint64_t to) {
    const bool reads_bits = places_.pixel_bytes > 0 && &layer == places_.layers.data();
    store(places_.strip_frame, layout_.strip_frame_bytes);
    for (uint64_t s = 0; s < block.sources; ++s) {
      load(layer.source_at + (block.source + s) * 4, 4);
      const uint64_t row = layer.source[block.source + s];
      if (reads_bits)
        load(places_.pixels + row * places_.pixel_bytes + strip.column / 8, (strip.columns + 7) / 8);
      else
        load(from + row * layout_.row_bytes + strip.column * 4, strip.columns * 4);
      load(layer.weight_at + (block.weight + s * block.width + strip.target) * 4, strip.targets * 4);
    }
    const uint64_t first = uint64_t{block.target} + strip.target;
    for (uint64_t place = first; place < first + strip.targets; ++place) {
      load(layer.bias_at + place * 4, 4);
      if (is_recycled()) load(layer.row_at + place * 4, 4);
      const uint64_t row = is_recycled() ? layer.row[place] : place;
      store(to + row * layout_.row_bytes + strip.column * 4, strip.columns * 4);
    }
  }

  /// The search for categories, a vector of columns at a time down the rows.
  void collect(uint64_t rows_at) {
    const PlacedLayer& last = places_.layers.back();
    const uint64_t rows = last.block.back().target + last.block.back().width;
    const uint64_t looked_at = is_recycled() ? scanned_rows(activation_, rows) : rows;
    const uint64_t step = std::min(layout_.vector_bytes, layout_.row_bytes);
    for (uint64_t at = 0; at < layout_.row_bytes; at += step)
      for (uint64_t place = 0; place < looked_at; ++place) {
        if (is_recycled()) load(last.row_at + place * 4, 4);
        const uint64_t row = is_recycled() ? last.row[place] : place;
        load(rows_at + row * layout_.row_bytes + at, step);
      }
  }

  const LineLayout& layout_;
  Activation activation_;
  Places places_;
  LineCache cache_;
};

}  // namespace

LinePrediction predict_twin_lines(const Network& network, const CacheGeometry& cache, const LineLayout& layout) {
  return Walk(network, cache, layout).run();
}

}  // namespace sparsio
