// csr: the honest baseline. Compressed sparse rows, target by target, vectors of inputs.
// It knows nothing about the network but its connections. The layers of a network lie in three arrays, one after the
// other.
#include <algorithm>
#include <numeric>

#include "exec/kernel/csr/csr_loops.hpp"
#include "exec/kernel/kernel.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/shared/block_outputs.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/panel_visit.hpp"

namespace sparsio {
namespace {

struct Arrays {
  AlignedVector<uint32_t> begin;  // targets + 1 a layer
  AlignedVector<CsrConnection> connection;
  AlignedVector<float> bias;
};

class Csr final : public RowKernel {
 public:
  /// The layer lies behind those that are there.
  Csr(std::shared_ptr<Arrays> arrays, const Layer& layer, const LayerRows& rows)
      : arrays_(std::move(arrays)),
        begin_(arrays_->begin.size()),
        connection_(arrays_->connection.size()),
        bias_(arrays_->bias.size()),
        connections_(layer.connections()),
        row_(rows.target.begin(), rows.target.end()),
        part_{{0, layer.targets, 0, layer.activation}} {
    for (const uint64_t offset : layer.begin) arrays_->begin.push_back(static_cast<uint32_t>(offset));
    for (uint64_t k = 0; k < connections_; ++k) arrays_->connection.push_back({layer.source[k], layer.weight[k]});
    for (uint64_t k = connection_; k < arrays_->connection.size() && !rows.source.empty(); ++k)
      arrays_->connection[k].source = rows.source[arrays_->connection[k].source];
    arrays_->bias.insert(arrays_->bias.end(), layer.bias.begin(), layer.bias.end());
  }

  /// Several layers, in the order of the block's steps and in its rows.
  Csr(std::shared_ptr<Arrays> arrays, const DepthBlock& block, std::vector<uint32_t> outputs)
      : arrays_(std::move(arrays)),
        begin_(arrays_->begin.size()),
        connection_(arrays_->connection.size()),
        bias_(arrays_->bias.size()),
        output_(std::move(outputs)) {
    for (size_t k = 0; k < block.steps.size(); ++k) {
      const UnitStep& step = block.steps[k];
      const auto here = static_cast<uint32_t>(row_.size());
      if (block.begins_part(k)) part_.push_back({here, here, step.layer, block.layers[step.layer].activation});
      for (const uint32_t t : block.units[step.layer].targets_of(step.unit)) append(block, step.layer, t);
      part_.back().end = static_cast<uint32_t>(row_.size());
    }
    connections_ = arrays_->connection.size() - connection_;
    arrays_->begin.push_back(static_cast<uint32_t>(connections_));
  }

  void forward(const float* x, float* y, uint32_t stride, uint32_t columns) const override {
    for (const Part& part : part_) run(part, x, y, stride, columns);
  }
  void forward_parts(size_t first, size_t end, const BitSources&, float* panel, uint32_t stride,
                     uint32_t columns) const override {
    for (size_t p = first; p < end; ++p) run(part_[p], panel, panel, stride, columns);
  }
  std::vector<KernelPart> parts() const override {
    std::vector<KernelPart> list;
    for (const Part& part : part_)
      list.push_back({part.layer, part.activation, std::span(row_).subspan(part.first, part.end - part.first)});
    return list;
  }

  void place_shared(AccessVisitor& visitor) const override {
    if (begin_ > 0) return;
    visitor.place(Array::connection, arrays_->connection.size() * sizeof(CsrConnection));
    visitor.place_bounds(Array::offset, arrays_->begin.size() - 1, 4);
    visitor.place(Array::target_bias, arrays_->bias.size() * 4);
  }

  void visit(AccessVisitor& visitor) const override {
    place_parts(visitor);
    visit_parts(visitor, 0, part_.size());
    place_rows(visitor);
  }
  void place_parts(AccessVisitor& visitor) const override {
    if (!row_.empty()) visitor.place(Array::row, row_.size() * 4);
    if (part_.size() > 1) visitor.place(Array::state, part_.size() * sizeof(Part));
  }
  void visit_parts(AccessVisitor& visitor, size_t first, size_t end) const override {
    const uint32_t strip = csr_strip_columns() * 4;
    const uint32_t used = vector_bytes(visitor.columns());
    for (size_t p = first; p < end; ++p) {
      const Part& part = part_[p];
      if (part_.size() > 1) visitor.read(Array::state, p * sizeof(Part), sizeof(Part));
      for (uint32_t at = 0; at < used; at += strip) visit_strip(visitor, part, at, std::min(strip, used - at));
      visit_curve_rows(visitor, {part.end - part.first, rows_of(part)}, part.activation);
    }
  }
  void place_rows(AccessVisitor& visitor) const override {
    if (!output_.empty()) visitor.place(Array::row, output_.size() * 4);
  }

  /// One strip's; that a panel over eight vectors streams them again is left out, as kept calibrations have it.
  uint64_t bytes(uint32_t) const override { return connections_ * sizeof(CsrConnection); }
  std::span<const uint32_t> rows() const override { return output_.empty() ? row_ : output_; }

 private:
  /// Targets of one layer that follow each other.
  struct Part {
    uint32_t first;
    uint32_t end;
    uint32_t layer;
    Activation activation;
  };

  void append(const DepthBlock& block, uint32_t l, uint32_t target) {
    const Layer& layer = block.layers[l];
    arrays_->begin.push_back(static_cast<uint32_t>(arrays_->connection.size() - connection_));
    for (uint64_t k = layer.begin[target]; k < layer.begin[target + 1]; ++k)
      arrays_->connection.push_back({block.row[l][layer.source[k]], layer.weight[k]});
    arrays_->bias.push_back(layer.bias[target]);
    row_.push_back(block.row[l + 1][target]);
  }

  const uint32_t* rows_of(const Part& part) const { return row_.empty() ? nullptr : row_.data() + part.first; }

  void run(const Part& part, const float* x, float* y, uint32_t stride, uint32_t columns) const {
    const CsrLayer layer = {part.end - part.first, arrays_->begin.data() + begin_ + part.first,
                            arrays_->connection.data() + connection_, arrays_->bias.data() + bias_ + part.first,
                            rows_of(part)};
    csr_layer(layer, part.activation, x, y, stride, columns);
  }

  void visit_strip(AccessVisitor& visitor, const Part& part, uint32_t at, uint32_t bytes) const {
    const uint32_t* const begin = &arrays_->begin[begin_];
    for (uint32_t t = part.first; t < part.end; ++t) {
      visitor.read_bounds(Array::offset, bias_ + t, begin_ + t, 4);
      for (uint64_t c = connection_ + begin[t]; c < connection_ + begin[t + 1]; ++c) {
        visitor.read(Array::connection, c * sizeof(CsrConnection), sizeof(CsrConnection));
        visitor.read_source(arrays_->connection[c].source, at, bytes);
      }
      visitor.read(Array::target_bias, (bias_ + t) * 4, 4);
      if (!row_.empty()) visitor.read(Array::row, t * uint64_t{4}, 4);
      visitor.write_target(row_.empty() ? t : row_[t], at, bytes);
    }
  }

  std::shared_ptr<Arrays> arrays_;
  uint64_t begin_;  // where it begins in each array
  uint64_t connection_;
  uint64_t bias_;
  uint64_t connections_ = 0;
  std::vector<uint32_t> row_;
  std::vector<uint32_t> output_;  // rows of the last layer's targets, where there are several layers
  std::vector<Part> part_;
};

class CsrMaker final : public KernelMaker {
 public:
  /// Exactly what is needed: a vector that grows holds the old and the new at once, and keeps room that nobody uses.
  explicit CsrMaker(const Plan& plan) {
    const std::vector<uint32_t>& widths = plan.layers->widths();
    const uint64_t connections = connections_of(plan);
    const uint64_t targets = std::accumulate(widths.begin() + 1, widths.end(), uint64_t{0});
    const uint64_t layers = widths.size() - 1;
    check_memory("csr", connections * sizeof(CsrConnection) + (targets + layers) * 4 + targets * 4);
    arrays_->connection.reserve(connections);
    arrays_->begin.reserve(targets + layers);
    arrays_->bias.reserve(targets);
  }

  std::unique_ptr<RowKernel> make(const Layer& layer, const LayerRows& rows) override {
    if (layer.connections() > UINT32_MAX) throw Unsupported("csr holds up to 2^32 connections a layer");
    return std::make_unique<Csr>(arrays_, layer, rows);
  }
  std::unique_ptr<RowKernel> make_block(const DepthBlock& block) override {
    uint64_t connections = 0;
    for (const Layer& layer : block.layers) connections += layer.connections();
    if (connections > UINT32_MAX) throw Unsupported("csr holds up to 2^32 connections a block of layers");
    std::vector<uint32_t> targets(block.layers.back().targets);
    std::iota(targets.begin(), targets.end(), 0U);
    BlockOutputs outputs(block, std::move(targets));
    place_ = std::move(outputs.place);
    return std::make_unique<Csr>(arrays_, block, std::move(outputs.row));
  }
  std::span<const uint32_t> places() const override { return place_; }
  uint64_t index_bytes() const override { return 4; }

 private:
  std::shared_ptr<Arrays> arrays_ = std::make_shared<Arrays>();
  std::vector<uint32_t> place_;  // of a block's outputs
};

const RegisterKernel registered{
    {.summary = "compressed sparse rows, layer by layer, vectors of inputs: the honest baseline",
     .options = {},
     .make = make_maker<CsrMaker>,
     .tracks = {Track::general, Track::value},
     .strip_vectors = 8,
     .runs_blocks = true,
     .bits = {SameBits::any_panel, SameBits::any_rows}}};

}  // namespace
}  // namespace sparsio
