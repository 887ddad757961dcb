// source_blocks: for networks without structure: sources in blocks that stay in the L1 (source_blocks_loops).
// Random targets share no set of sources, so nothing is saved on arithmetic or loads; what can be saved is where the
// loads come from. Sums are made in csr's order.
#include <algorithm>

#include "exec/kernel/kernel.hpp"
#include "exec/kernel/source_blocks/source_blocks_loops.hpp"
#include "exec/shared/requirements.hpp"

namespace sparsio {
namespace {

class SourceBlocks final : public RowKernel {
 public:
  SourceBlocks(BlockedLayer layer, Activation activation) : layer_(std::move(layer)), activation_(activation) {}

  void forward(const float* x, float* y, uint32_t stride, uint32_t columns) const override {
    blocked_layer(layer_, x, y, stride, columns);
    const Rows targets{layer_.targets, layer_.target_row.empty() ? nullptr : layer_.target_row.data()};
    activate_rows(y, targets, layer_.bias.data(), stride, columns, activation_);
  }

  void visit(AccessVisitor& visitor) const override {
    visitor.place(Array::block, layer_.row.size() * sizeof(BlockedRow));
    visitor.place(Array::connection, layer_.connection.size() * sizeof(CsrConnection));
    visitor.place(Array::bias, layer_.bias.size() * 4);
    visitor.place(Array::row, layer_.target_row.size() * 4);
    const uint32_t used = vector_bytes(visitor.columns());
    const uint32_t strip = strip_columns() * 4;
    for (uint32_t at = 0; at < used; at += strip) visit_strip(visitor, at, std::min(strip, used - at));
    for (uint32_t t = 0; t < layer_.targets; ++t) {
      visitor.read(Array::bias, uint64_t{t} * 4, 4);
      read_row_of(t, visitor);
      visitor.read_target(layer_.row_of(t), 0, used);
      visitor.write_target(layer_.row_of(t), 0, used);
    }
  }

  /// Once a strip of the panel.
  uint64_t bytes(uint32_t columns) const override {
    return (columns + strip_columns() - 1) / strip_columns() * layer_.bytes();
  }
  std::span<const uint32_t> rows() const override { return layer_.target_row; }

 private:
  uint32_t strip_columns() const { return layer_.strip_vectors * simd_lanes(); }

  void read_row_of(uint32_t t, AccessVisitor& visitor) const {
    if (!layer_.target_row.empty()) visitor.read(Array::row, uint64_t{t} * 4, 4);
  }

  void visit_strip(AccessVisitor& visitor, uint32_t at, uint32_t bytes) const {
    for (uint32_t t = 0; t < layer_.targets; ++t) {
      read_row_of(t, visitor);
      visitor.write_target(layer_.row_of(t), at, bytes);
    }
    uint64_t k = 0;
    for (size_t r = 0; r < layer_.row.size(); ++r) {
      const BlockedRow& row = layer_.row[r];
      visitor.read(Array::block, r * sizeof(BlockedRow), sizeof(BlockedRow));
      visitor.read_target(row.target, at, bytes);
      for (const uint64_t end = k + row.count; k < end; ++k) {
        visitor.read(Array::connection, k * sizeof(CsrConnection), sizeof(CsrConnection));
        visitor.read_source(layer_.connection[k].source, at, bytes);
      }
      visitor.write_target(row.target, at, bytes);
    }
  }

  BlockedLayer layer_;
  Activation activation_;
};

class SourceBlocksMaker final : public KernelMaker {
 public:
  explicit SourceBlocksMaker(const Plan& plan) : stored_(connections_of(plan) * sizeof(CsrConnection)) {
    check_memory("source_blocks", stored_);
  }

  std::unique_ptr<RowKernel> make(const Layer& layer, const LayerRows& rows) override {
    BlockedLayer blocked = block_sources(layer, rows.source, rows.target);
    // How many rows a layer has is only known once it is in blocks.
    stored_ += blocked.row.size() * sizeof(BlockedRow) + blocked.bias.size() * sizeof(float);
    check_memory("source_blocks", stored_);
    return std::make_unique<SourceBlocks>(std::move(blocked), layer.activation);
  }
  uint64_t index_bytes() const override { return 4; }

 private:
  uint64_t stored_;
};

const RegisterKernel registered{
    {.summary = "compressed sparse rows in blocks of sources that stay in the L1: for networks without structure",
     .options = {},
     .make = make_maker<SourceBlocksMaker>,
     .tracks = {Track::general, Track::value},
     .bits = {SameBits::any_panel, SameBits::any_rows}}};

}  // namespace
}  // namespace sparsio
