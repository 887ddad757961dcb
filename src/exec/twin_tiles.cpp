// twin_tiles: targets with equal sources together, several of them times several vectors of inputs in registers.
// The networks of the HPEC Graph Challenge, and others made of complete blocks (Kronecker products), give many targets
// the same sources. prepare() finds such twins in the connections, whatever made them; weights stay general and are
// read from memory. Where there are no twins it is compressed sparse rows; where most connections are there it is a
// dense product, zeros included (twin_layout), of which only the network's connections are counted as executed.
//
// general: every connection. structure: equal neurons are merged beforehand (twin_neurons). value: dead inputs are
// dropped, saturated ones finished where every remaining layer is verified to keep them (panel_run). 0/1 inputs are
// read as bits by the first layer.
#include <algorithm>

#include "exec/engine.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/shared/trace_writer.hpp"
#include "exec/twin_tiles/twin_kernel.hpp"
#include "exec/twin_tiles/twin_neurons.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "exec/walk/panel_run.hpp"
#include "exec/walk/panel_trace.hpp"
#include "net/row_allocation.hpp"

namespace sparsio {
namespace {

class TwinTiles final : public Engine {
 public:
  void prepare(const Plan& plan) override {
    LayerSource& layers = layers_of(plan, "twin_tiles");
    job_ = panel_job(plan);
    job_.widths.assign(1, layers.widths().front());
    RowAllocation rows(layers.widths().front());
    job_.kernel = [this](size_t l, const float*, float* panel, uint32_t stride, uint32_t columns) {
      twin_layer(layer_[l], panel, stride, columns);
    };
    job_.first_kernel = [this](const uint64_t* pixels, uint32_t words, float* y, uint32_t stride, uint32_t columns) {
      twin_layer_of_bits(layer_[0], pixels, words, y, stride, columns);
    };
    const bool is_merged = plan.track == Track::structure || plan.track == Track::structure_value;
    const bool skips = plan.track == Track::value || plan.track == Track::structure_value;
    TwinNeurons twins;
    Layer layer;
    layers.restart();
    while (layers.next(layer)) {
      connections_ += layer.connections();
      neurons_ += layer.targets;
      add(is_merged ? twins.merge(layer) : layer, rows);
    }
    for (const TwinLayer& placed : layer_) job_.rows.emplace_back(placed.row);
    job_.recycled_rows = rows.rows();
    job_.output_of = std::move(place_of_);
    for (uint32_t& place : job_.output_of) place = layer_.back().row[place];
    if (is_merged) {
      std::vector<uint32_t> output_of = twins.kept_of();
      for (uint32_t& kept : output_of) kept = job_.output_of[kept];
      job_.output_of = std::move(output_of);
    }
    if (skips) job_.saturated = verify_saturation(job_);
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    return run_panels(job_, inputs, observe, deadline);
  }

  EngineCost cost() const override {
    EngineCost cost;
    cost.connections = connections_;
    cost.flops = 2 * connections_ + 2 * neurons_;
    cost.panel = job_.panel;
    uint64_t index = 0;
    uint64_t stored = 0;
    for (const TwinLayer& layer : layer_) {
      cost.bytes_streamed += layer.bytes();
      index += 4 * layer.source.size();
      stored += layer.weight.size();
    }
    cost.bytes.index = stored == 0 ? 0 : (index + stored - 1) / stored;
    cost.lines = {row_stride(job_.panel) * 4,
                  static_cast<uint32_t>(4 + cost.bytes.index),
                  0,
                  LineLayout::Rows::recycled,
                  LineLayout::Sums::in_registers,
                  LineLayout::Inputs::bits};
    cost.lines.vector_bytes = turning_vector_bytes();
    cost.lines.least_fill = least_fill();
    cost.lines.strip_frame_bytes = twin_frame_bytes;
    cost.lines.layer_frame_bytes = walk_frame_bytes;
    for (size_t k = 0; k < cost.lines.strips.size(); ++k) cost.lines.strips[k] = twin_strips(1U << k, job_.panel);
    return cost;
  }

  void trace(const TraceSink& sink) const override {
    TraceWriter out(sink);
    const uint32_t row = row_stride(job_.panel) * 4;
    const uint32_t words = (row / 4 + 63) / 64;
    const uint64_t panel = trace_zeroed_buffer(out, uint64_t{job_.recycled_rows} * row);
    const uint64_t pixels = trace_zeroed_buffer(out, uint64_t{job_.widths.front()} * words * 8);
    BitTrace(out, job_.widths.front(), job_.panel).transpose(pixels, words);
    const uint64_t walk = out.buffer(walk_frame_bytes);
    const uint64_t frame = out.buffer(twin_frame_bytes);
    uint64_t rows = 0;
    for (const TwinLayer& layer : layer_) {
      const bool reads_bits = &layer == layer_.data();
      out.store(walk, walk_frame_bytes);
      const uint64_t block_at = out.buffer(layer.block.size() * sizeof(TwinBlock));
      const uint64_t source = out.buffer(layer.source.size() * 4);
      const uint64_t weight = out.buffer(layer.weight.size() * 4);
      const uint64_t bias = out.buffer(layer.bias.size() * 4);
      rows = out.buffer(layer.row.size() * 4);
      for (size_t b = 0; b < layer.block.size(); ++b) {
        const TwinBlock& block = layer.block[b];
        out.load(block_at + b * sizeof(TwinBlock), sizeof(TwinBlock));
        for (const TwinStrip& strip : twin_strips(block.width, job_.panel)) {
          out.store(frame, twin_frame_bytes);
          for (uint64_t s = 0; s < block.sources; ++s) {
            out.load(source + (block.source + s) * 4, 4);
            const uint64_t v = layer.source[block.source + s];
            if (reads_bits)
              out.load(pixels + v * words * 8 + strip.column / 8, (strip.columns + 7) / 8);
            else
              out.load(panel + v * row + strip.column * 4, strip.columns * 4);
            out.load(weight + (block.weight + s * block.width + strip.target) * 4, strip.targets * 4);
          }
          for (uint32_t t = strip.target; t < strip.target + strip.targets; ++t) {
            const uint64_t place = uint64_t{block.target} + t;
            out.load(bias + place * 4, 4);
            out.load(rows + place * 4, 4);
            out.store(panel + uint64_t{layer.row[place]} * row + strip.column * 4, strip.columns * 4);
          }
        }
      }
    }
    trace_alive_columns(out, panel, {job_.rows.back().size(), job_.rows.back().data()}, rows, row, job_.panel,
                        job_.activations.back());
  }

  std::string simd() const override { return simd_name(); }

 private:
  /// With 16 floats a vector, compressed sparse rows reach less than half of the arithmetic, a padded block nearly all
  /// of it; with fewer the arithmetic itself is slower.
  static double least_fill() { return simd_lanes() >= 16 ? 0.42 : 0.75; }

  void add(const Layer& layer, RowAllocation& rows) {
    job_.widths.push_back(layer.targets);
    add_layer(job_, layer, "twin_tiles");
    layer_.push_back(find_twins(layer, place_of_, least_fill()));
    place_of_ = std::move(layer_.back().place_of);
    TwinLayer& placed = layer_.back();
    const auto row = rows.place(placed.block, placed.source, placed.targets);
    placed.row.assign(row.begin(), row.end());
  }

  PanelJob job_;
  uint64_t connections_ = 0;  // of the network as given
  uint64_t neurons_ = 0;
  std::vector<TwinLayer> layer_;
  std::vector<uint32_t> place_of_;  // while preparing: where the values of the layer added last are
};

const Register<EngineKind> registered{
    {"targets with equal sources together, several of them times several vectors of inputs in registers",
     {},
     [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<TwinTiles>(); },
     {"by_target"},
     {Track::general, Track::structure, Track::value, Track::structure_value},
     3}};

}  // namespace
}  // namespace sparsio
