// csr: the honest baseline. Compressed sparse rows, target by target, layer by layer, vectors of inputs.
// It knows nothing about the network but its connections. Tracks: `general`, and `value` (dead inputs dropped).
#include <algorithm>
#include <numeric>

#include "exec/csr/csr_kernel.hpp"
#include "exec/engine.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/shared/trace_writer.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "exec/walk/panel_run.hpp"
#include "exec/walk/panel_trace.hpp"

namespace sparsio {
namespace {

class Csr final : public Engine {
 public:
  void prepare(const Plan& plan) override {
    LayerSource& layers = layers_of(plan, "csr");
    job_ = panel_job(plan);
    reserve(connections_of(plan));
    layers.restart();
    Layer layer;
    while (layers.next(layer)) add(layer);
    job_.kernel = [this](size_t l, const float* x, float* y, uint32_t stride, uint32_t columns) {
      csr_layer(layer_at(l), job_.activations[l], x, y, stride, columns);
    };
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    return run_panels(job_, inputs, observe, deadline);
  }

  EngineCost cost() const override {
    const uint64_t w = connection_.size();
    EngineCost cost;
    cost.connections = w;
    cost.flops = 2 * w + 2 * bias_.size();
    cost.bytes_streamed = w * sizeof(CsrConnection);
    cost.panel = job_.panel;
    cost.bytes.index = 4;
    cost.lines = {row_stride(job_.panel) * 4, sizeof(CsrConnection), 4, LineLayout::Rows::two_buffers,
                  LineLayout::Sums::in_registers};
    cost.lines.vector_bytes = turning_vector_bytes();
    cost.lines.strip_bytes = csr_strip_columns() * 4;
    return cost;
  }

  void trace(const TraceSink& sink) const override {
    TraceWriter out(sink);
    const uint32_t row = row_stride(job_.panel) * 4;
    const uint64_t widest = *std::max_element(job_.widths.begin(), job_.widths.end());
    uint64_t x = trace_zeroed_buffer(out, widest * row);
    uint64_t y = trace_zeroed_buffer(out, widest * row);
    const Streams streams{out.buffer(connection_.size() * sizeof(CsrConnection)), out.buffer(begin_.size() * 4),
                          out.buffer(bias_.size() * 4)};
    BitTrace(out, job_.widths.front(), job_.panel).fill_panel(x, row);
    const uint32_t strip = csr_strip_columns() * 4;
    const uint32_t used = vector_bytes(job_.panel);
    for (size_t l = 0; l + 1 < job_.widths.size(); ++l) {
      for (uint32_t at = 0; at < used; at += strip)
        trace_strip(out, streams, l, x + at, y + at, row, std::min(strip, used - at));
      std::swap(x, y);
    }
    trace_alive_columns(out, x, {job_.widths.back()}, 0, row, job_.panel, job_.activations.back());
  }

  std::string simd() const override { return simd_name(); }

 private:
  /// Where a layer begins in the arrays below.
  struct Start {
    uint64_t begin;
    uint64_t connection;
    uint64_t bias;
  };

  /// Where the trace puts the arrays below.
  struct Streams {
    uint64_t connection;
    uint64_t begin;
    uint64_t bias;
  };

  /// One walk over a layer's connections, for `bytes` of each row.
  void trace_strip(TraceWriter& out, const Streams& streams, size_t l, uint64_t x, uint64_t y, uint32_t row,
                   uint32_t bytes) const {
    const Start& start = start_[l];
    for (uint32_t t = 0; t < job_.widths[l + 1]; ++t) {
      out.load(streams.begin + (start.begin + t) * 4, 8);
      for (uint64_t k = begin_[start.begin + t]; k < begin_[start.begin + t + 1]; ++k) {
        const uint64_t c = start.connection + k;
        out.load(streams.connection + c * sizeof(CsrConnection), sizeof(CsrConnection));
        out.load(x + uint64_t{connection_[c].source} * row, bytes);
      }
      out.load(streams.bias + (start.bias + t) * 4, 4);
      out.store(y + uint64_t{t} * row, bytes);
    }
  }

  /// Exactly what is needed: a vector that grows holds the old and the new at once, and keeps room that nobody uses.
  void reserve(uint64_t connections) {
    const uint64_t layers = job_.widths.size() - 1;
    const uint64_t targets = std::accumulate(job_.widths.begin() + 1, job_.widths.end(), uint64_t{0});
    check_memory("csr", connections * sizeof(CsrConnection) + (targets + layers) * 4 + targets * 4);
    connection_.reserve(connections);
    begin_.reserve(targets + layers);
    bias_.reserve(targets);
  }

  void add(const Layer& layer) {
    if (layer.connections() > UINT32_MAX) throw Unsupported("csr holds up to 2^32 connections a layer");
    add_layer(job_, layer, "csr");
    start_.push_back({begin_.size(), connection_.size(), bias_.size()});
    for (const uint64_t offset : layer.begin) begin_.push_back(static_cast<uint32_t>(offset));
    for (uint64_t k = 0; k < layer.connections(); ++k) connection_.push_back({layer.source[k], layer.weight[k]});
    bias_.insert(bias_.end(), layer.bias.begin(), layer.bias.end());
  }

  CsrLayer layer_at(size_t l) const {
    const Start& start = start_[l];
    return {job_.widths[l + 1], &begin_[start.begin], connection_.data() + start.connection, &bias_[start.bias]};
  }

  PanelJob job_;
  std::vector<Start> start_;
  AlignedVector<uint32_t> begin_;
  AlignedVector<CsrConnection> connection_;
  AlignedVector<float> bias_;
};

const Register<EngineKind> registered{{"compressed sparse rows, layer by layer, vectors of inputs: the honest baseline",
                                       {},
                                       [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<Csr>(); },
                                       {"by_target"},
                                       {Track::general, Track::value},
                                       8}};

}  // namespace
}  // namespace sparsio
