// twins: targets with equal sources together, several of them times several vectors of inputs in registers.
// The networks of the HPEC Graph Challenge, and others made of complete blocks (Kronecker products), give many targets
// the same sources. The maker finds such twins in the connections, whatever made them; weights stay general and are
// read from memory. Where there are no twins it is compressed sparse rows, and row_pairs is faster. Values take the
// rows of sources that nobody needs any more (net/row_allocation.hpp). 0/1 inputs are read as bits.
#include <algorithm>

#include "exec/kernel/kernel.hpp"
#include "exec/kernel/twins/twin_loops.hpp"
#include "exec/shared/block_outputs.hpp"
#include "exec/walk/panel_visit.hpp"
#include "net/row_allocation.hpp"

namespace sparsio {
namespace {

/// What a layer touches besides: the state of the walk and the deadline's clock, the way to the kernel and the dispatch
/// to the instruction set. Counted with callgrind (g++ 12); where a layer is larger than a cache, the cache misses
/// these lines once a layer.
constexpr uint64_t layer_frame_bytes = 20 * 64;

class Twins final : public RowKernel {
 public:
  /// `outputs` are the rows of the last layer's targets where there are several layers.
  Twins(TwinLayer layer, bool is_first, std::vector<uint32_t> outputs = {})
      : layer_(std::move(layer)), is_first_(is_first), output_(std::move(outputs)) {}

  void forward(const float*, float* panel, uint32_t stride, uint32_t columns) const override {
    twin_parts(layer_, layer_.part, {}, panel, stride, columns);
  }
  void forward_bits(const uint64_t* pixels, uint32_t words, float* panel, uint32_t stride,
                    uint32_t columns) const override {
    twin_parts(layer_, layer_.part, {pixels, words}, panel, stride, columns);
  }
  void forward_parts(size_t first, size_t end, const BitSources& bits, float* panel, uint32_t stride,
                     uint32_t columns) const override {
    twin_parts(layer_, std::span(layer_.part).subspan(first, end - first), bits, panel, stride, columns);
  }
  std::vector<KernelPart> parts() const override {
    std::vector<KernelPart> list;
    for (const TwinPart& part : layer_.part) list.push_back({part.layer, part.activation, rows_of(part)});
    return list;
  }

  void visit(AccessVisitor& visitor) const override {
    place_parts(visitor);
    visit_parts(visitor, 0, layer_.part.size());
    place_rows(visitor);
  }
  void place_parts(AccessVisitor& visitor) const override {
    if (is_first_) visitor.place(Array::layer_frame, layer_frame_bytes);
    if (is_first_) visitor.place(Array::strip_frame, twin_frame_bytes);
    visitor.place(Array::block, layer_.block.size() * sizeof(TwinBlock));
    visitor.place(Array::connection, layer_.source.size() * 4);
    visitor.place(Array::weight, layer_.weight.size() * 4);
    visitor.place(Array::bias, layer_.bias.size() * 4);
    visitor.place(Array::row, layer_.row.size() * 4);
    if (layer_.part.size() > 1) visitor.place(Array::state, layer_.part.size() * sizeof(TwinPart));
  }
  void visit_parts(AccessVisitor& visitor, size_t first, size_t end) const override {
    visitor.write(Array::layer_frame, 0, layer_frame_bytes);
    if (layer_.part.size() == 1) return visit_part(visitor, layer_.part.front());
    const Buffer from = visitor.source_buffer();
    for (size_t p = first; p < end; ++p) {
      visitor.read(Array::state, p * sizeof(TwinPart), sizeof(TwinPart));
      visitor.begin_layer(layer_.part[p].layer == 0 ? from : Buffer::first, Buffer::first);
      visit_part(visitor, layer_.part[p]);
    }
  }
  void place_rows(AccessVisitor& visitor) const override {
    if (!output_.empty()) visitor.place(Array::row, output_.size() * 4);
  }

  uint64_t bytes(uint32_t) const override { return layer_.bytes(); }
  std::span<const uint32_t> rows() const override {
    return output_.empty() ? std::span<const uint32_t>(layer_.row) : output_;
  }

 private:
  std::span<const uint32_t> rows_of(const TwinPart& part) const {
    return std::span<const uint32_t>(layer_.row).subspan(part.first_target, part.end_target - part.first_target);
  }

  void visit_part(AccessVisitor& visitor, const TwinPart& part) const {
    std::vector<TwinStrip> strips;
    uint32_t width = 0;
    for (size_t b = part.first; b < part.end; ++b) {
      const TwinBlock& block = layer_.block[b];
      visitor.read(Array::block, b * sizeof(TwinBlock), sizeof(TwinBlock));
      if (block.width != width) strips = twin_strips(width = block.width, visitor.columns());
      for (const TwinStrip& strip : strips) visit_strip(visitor, block, strip);
    }
    const std::span<const uint32_t> rows = rows_of(part);
    visit_curve_rows(visitor, {rows.size(), rows.data()}, part.activation);
  }

  void visit_strip(AccessVisitor& visitor, const TwinBlock& block, const TwinStrip& strip) const {
    const bool reads_bits = visitor.source_buffer() == Buffer::bits;
    const uint64_t at = reads_bits ? strip.column / 8 : uint64_t{strip.column} * 4;
    const uint64_t bytes = reads_bits ? (strip.columns + 7) / 8 : uint64_t{strip.columns} * 4;
    visitor.write(Array::strip_frame, 0, twin_frame_bytes);
    for (uint64_t s = 0; s < block.sources; ++s) {
      visitor.read(Array::connection, (block.source + s) * 4, 4);
      visitor.read_source(layer_.source[block.source + s], at, bytes);
      visitor.read(Array::weight, (block.weight + s * block.width + strip.target) * 4, uint64_t{strip.targets} * 4);
    }
    for (uint64_t k = block.target + strip.target; k < uint64_t{block.target} + strip.target + strip.targets; ++k) {
      visitor.read(Array::bias, k * 4, 4);
      visitor.read(Array::row, k * 4, 4);
      visitor.write_target(layer_.row[k], uint64_t{strip.column} * 4, uint64_t{strip.columns} * 4);
    }
  }

  TwinLayer layer_;
  bool is_first_;
  std::vector<uint32_t> output_;
};

class TwinsMaker final : public KernelMaker {
 public:
  explicit TwinsMaker(const Plan& plan) : rows_(plan.layers->widths().front()) {}

  std::unique_ptr<RowKernel> make(const Layer& layer, const LayerRows& rows) override {
    TwinLayer twins = find_twins(layer, rows.source.empty() ? place_of_ : rows.source);
    place_of_ = std::move(twins.place_of);
    if (rows.target.empty()) {
      const auto row = rows_.place(twins.block, twins.source, twins.targets);
      twins.row.assign(row.begin(), row.end());
    } else {
      twins.row.resize(twins.targets);
      for (uint32_t t = 0; t < twins.targets; ++t) twins.row[place_of_[t]] = rows.target[t];
    }
    sources_ += twins.source.size();
    weights_ += twins.weight.size();
    return std::make_unique<Twins>(std::move(twins), made_++ == 0);
  }

  std::unique_ptr<RowKernel> make_block(const DepthBlock& block) override {
    TwinLayer twins = find_twins(block);
    sources_ += twins.source.size();
    weights_ += twins.weight.size();
    const Layer& last = block.layers.back();
    const bool is_softmax = last.activation.kind == ActivationKind::softmax;
    BlockOutputs outputs(block, is_softmax ? twin_blocks(last).target : std::vector<uint32_t>());
    place_of_ = std::move(outputs.place);
    return std::make_unique<Twins>(std::move(twins), made_++ == 0, std::move(outputs.row));
  }

  uint32_t recycled_rows() const override { return rows_.rows(); }
  std::span<const uint32_t> places() const override { return place_of_; }
  /// Twins share their sources.
  uint64_t index_bytes() const override { return weights_ == 0 ? 0 : (4 * sources_ + weights_ - 1) / weights_; }

 private:
  RowAllocation rows_;
  std::vector<uint32_t> place_of_;
  uint64_t made_ = 0;
  uint64_t sources_ = 0;
  uint64_t weights_ = 0;
};

const RegisterKernel registered{
    {.summary = "targets with equal sources together, several of them times several vectors of inputs in registers",
     .options = {},
     .make = make_maker<TwinsMaker>,
     .tracks = {Track::general, Track::structure, Track::value, Track::structure_value},
     .strip_vectors = 3,
     .reads_bits = true,
     .runs_blocks = true,
     .in_depth = true,
     .finishes_saturated = true,
     .bits = {SameBits::any_panel, SameBits::any_rows}},
    "twin_tiles"};

}  // namespace
}  // namespace sparsio
