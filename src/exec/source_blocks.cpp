// source_blocks: for networks without structure: sources in blocks that stay in the L1 (source_blocks_kernel).
// Random targets share no set of sources, so nothing is saved on arithmetic or loads; what can be saved is where the
// loads come from. Sums are made in csr's order. Tracks: `general`, and `value` (dead inputs dropped).
#include <algorithm>

#include "exec/engine.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/shared/trace_writer.hpp"
#include "exec/source_blocks/source_blocks_kernel.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "exec/walk/panel_run.hpp"
#include "exec/walk/panel_trace.hpp"

namespace sparsio {
namespace {

class SourceBlocks final : public Engine {
 public:
  void prepare(const Plan& plan) override {
    LayerSource& layers = layers_of(plan, "source_blocks");
    job_ = panel_job(plan);
    uint64_t stored = connections_of(plan) * sizeof(CsrConnection);
    check_memory("source_blocks", stored);
    layers.restart();
    for (Layer layer; layers.next(layer);) {
      add_layer(job_, layer, "source_blocks");
      layer_.push_back(block_sources(layer));
      // How many rows a layer has is only known once it is in blocks.
      stored += layer_.back().row.size() * sizeof(BlockedRow) + layer_.back().bias.size() * sizeof(float);
      check_memory("source_blocks", stored);
    }
    job_.kernel = [this](size_t l, const float* x, float* y, uint32_t stride, uint32_t columns) {
      blocked_layer(layer_[l], x, y, stride, columns);
      activate_rows(y, layer_[l].bias, stride, columns, job_.activations[l]);
    };
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    return run_panels(job_, inputs, observe, deadline);
  }

  EngineCost cost() const override {
    EngineCost cost;
    cost.panel = job_.panel;
    cost.bytes.index = 4;
    cost.lines = {row_stride(job_.panel) * 4, 8, 4, LineLayout::Rows::two_buffers, LineLayout::Sums::in_memory};
    cost.lines.vector_bytes = turning_vector_bytes();
    for (const BlockedLayer& layer : layer_) {
      const uint64_t strips = (job_.panel + strip_columns(layer) - 1) / strip_columns(layer);
      cost.connections += layer.connection.size();
      cost.flops += 2 * (layer.connection.size() + layer.targets);
      cost.bytes_streamed += strips * layer.bytes();  // once a strip of the panel
    }
    return cost;
  }

  void trace(const TraceSink& sink) const override {
    TraceWriter out(sink);
    const uint32_t row = row_stride(job_.panel) * 4;
    const uint64_t widest = *std::max_element(job_.widths.begin(), job_.widths.end());
    const uint32_t used = vector_bytes(job_.panel);
    uint64_t x = trace_zeroed_buffer(out, widest * row);
    uint64_t y = trace_zeroed_buffer(out, widest * row);
    BitTrace(out, job_.widths.front(), job_.panel).fill_panel(x, row);
    for (const BlockedLayer& layer : layer_) {
      const uint64_t rows = out.buffer(layer.row.size() * sizeof(BlockedRow));
      const uint64_t connections = out.buffer(layer.connection.size() * sizeof(CsrConnection));
      const uint64_t bias = out.buffer(layer.bias.size() * 4);
      for (uint32_t c = 0; c * 4 < used; c += strip_columns(layer)) {
        const uint32_t wide = std::min(strip_columns(layer) * 4, used - c * 4);
        const auto span_at = [&](uint64_t panel, uint64_t v) { return panel + v * row + c * 4; };
        for (uint32_t t = 0; t < layer.targets; ++t) out.store(span_at(y, t), wide);
        uint64_t k = 0;
        for (size_t r = 0; r < layer.row.size(); ++r) {
          out.load(rows + r * sizeof(BlockedRow), sizeof(BlockedRow));
          out.load(span_at(y, layer.row[r].target), wide);
          for (const uint64_t end = k + layer.row[r].count; k < end; ++k) {
            out.load(connections + k * sizeof(CsrConnection), sizeof(CsrConnection));
            out.load(span_at(x, layer.connection[k].source), wide);
          }
          out.store(span_at(y, layer.row[r].target), wide);
        }
      }
      for (uint32_t t = 0; t < layer.targets; ++t) {
        out.load(bias + uint64_t{t} * 4, 4);
        out.load(y + uint64_t{t} * row, used);
        out.store(y + uint64_t{t} * row, used);
      }
      std::swap(x, y);
    }
    trace_alive_columns(out, x, {job_.widths.back()}, 0, row, job_.panel, job_.activations.back());
  }

  std::string simd() const override { return simd_name(); }

 private:
  static uint32_t strip_columns(const BlockedLayer& layer) { return layer.strip_vectors * simd_lanes(); }

  PanelJob job_;
  std::vector<BlockedLayer> layer_;
};

const Register<EngineKind> registered{
    {"compressed sparse rows in blocks of sources that stay in the L1: for networks without structure",
     {},
     [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<SourceBlocks>(); },
     {"by_target"},
     {Track::general, Track::value}}};

}  // namespace
}  // namespace sparsio
