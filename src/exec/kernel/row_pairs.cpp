// row_pairs: for networks without structure: pairs of targets in lockstep over blocks of sources in the L1.
// Random targets share few sources, but in a block of a hundred sources some two share more than the density says, and
// for them a value is loaded once for two multiply-adds. Sums are made block by block, shared sources first: in an
// order of their own, which depends on the other rows of the layer and on how large the L1 is, not on the inputs.
#include <fmt/format.h>

#include <algorithm>

#include "exec/kernel/kernel.hpp"
#include "exec/kernel/row_pairs/pair_shape.hpp"
#include "exec/kernel/row_pairs/row_pairs_loops.hpp"
#include "exec/machine/l1_bytes.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/panel_visit.hpp"

namespace sparsio {
namespace {

/// What a layer touches besides: the state of the walk and the deadline's clock, the way to the kernel and the dispatch
/// to the instruction set. Counted with callgrind (g++ 12), for this kernel as for twins.
constexpr uint64_t layer_frame_bytes = 20 * 64;
/// Of it what the loop over blocks tells the loop over pairs (`Work`), which looks there again for every pair: sums are
/// in all registers.
constexpr uint64_t work_bytes = 80;

class RowPairs final : public RowKernel {
 public:
  RowPairs(PairedLayer layer, Activation activation, bool is_first)
      : layer_(std::move(layer)), activation_(activation), is_first_(is_first) {}

  void forward(const float* x, float* y, uint32_t stride, uint32_t columns) const override {
    paired_layer(layer_, activation_, x, y, stride, columns);
  }

  void visit(AccessVisitor& visitor) const override {
    if (is_first_) visitor.place(Array::layer_frame, layer_frame_bytes);
    if (is_first_) visitor.place(Array::strip_frame, most_block_bytes);
    visitor.write(Array::layer_frame, 0, layer_frame_bytes);
    visitor.place(Array::state, layer_.block.size() * sizeof(PairBlock));
    visitor.place(Array::id, layer_.source_row.size() * 4);
    visitor.place(Array::block, layer_.pair.size() * sizeof(RowPair));
    visitor.place(Array::offset, layer_.offset.size() * 2);
    visitor.place(Array::weight, layer_.weight.size() * 4);
    visitor.place(Array::bias, layer_.bias.size() * 4);
    visitor.place(Array::row, layer_.target_row.size() * 4);
    const bool is_in_place = layer_.is_in_rows && row_stride(visitor.columns()) * 4 == layer_.shape.pitch();
    const uint32_t vector = layer_.shape.vector_bytes;
    constexpr uint32_t half_line = PairShape::half_line;
    const uint32_t most_bytes = visitor.columns() <= half_line ? half_line * 4 : ~0U;
    uint64_t bias = 0;
    for (size_t first = 0; first < layer_.block.size(); first += layer_.source_blocks) {
      uint32_t at = 0;
      for (uint32_t left = vector_bytes(visitor.columns()) / vector; left > 0;) {
        const uint32_t vectors = next_strip(left, layer_.shape.vectors);
        const uint32_t bytes = std::min(vectors * vector, most_bytes);
        for (size_t b = first; b < first + layer_.source_blocks; ++b) {
          if (!is_in_place) visit_packed(visitor, layer_.block[b], at, vectors * vector);
          const auto read_values = [&](uint16_t offset) {
            if (is_in_place)
              visitor.read_source(layer_.block[b].first_source + uint32_t{offset} * offset_bytes / layer_.shape.pitch(),
                                  at, bytes);
            else
              visitor.read(Array::strip_frame, uint64_t{offset} * offset_bytes, bytes);
          };
          visit_pairs(visitor, b, first, bias, at, bytes, read_values);
        }
        at += vectors * vector;
        left -= vectors;
      }
      bias += 2 * uint64_t{layer_.block[first + layer_.source_blocks - 1].pairs};
    }
    const uint32_t* const row = layer_.target_row.empty() ? nullptr : layer_.target_row.data();
    visit_curve_rows(visitor, {layer_.targets, row}, activation_);
  }

  /// Once a strip of the panel.
  uint64_t bytes(uint32_t columns) const override {
    const uint32_t strip = layer_.shape.strip_bytes() / 4;
    return (columns + strip - 1) / strip * layer_.bytes();
  }
  std::span<const uint32_t> rows() const override { return layer_.target_row; }

 private:
  void visit_packed(AccessVisitor& visitor, const PairBlock& block, uint32_t at, uint32_t bytes) const {
    for (uint64_t s = 0; s < block.sources; ++s) {
      visitor.read(Array::id, (block.first_source + s) * 4, 4);
      visitor.read_source(layer_.source_row[block.first_source + s], at, bytes);
      visitor.write(Array::strip_frame, s * layer_.shape.pitch(), bytes);
    }
  }

  template <class ReadValues>
  void visit_pairs(AccessVisitor& visitor, size_t number, size_t first, uint64_t bias, uint32_t at, uint32_t bytes,
                   const ReadValues& read_values) const {
    const PairBlock& block = layer_.block[number];
    visitor.read(Array::state, number * sizeof(PairBlock), sizeof(PairBlock));
    const bool is_last = number + 1 == first + layer_.source_blocks;
    uint64_t offset = block.offset;
    uint64_t weight = block.weight;
    for (uint64_t p = block.pair; p < block.pair + block.pairs; ++p) {
      const RowPair& pair = layer_.pair[p];
      visitor.read(Array::layer_frame, 0, work_bytes);
      visitor.read(Array::block, p * sizeof(RowPair), sizeof(RowPair));
      if (number > first)
        for (const uint32_t row : pair.row) visitor.read_target(row, at, bytes);
      const uint64_t shared_end = offset + pair.shared;
      const uint64_t singles_end = shared_end + 2 * uint64_t{pair.singles};
      for (const uint64_t end = singles_end + pair.rest; offset < end;) {
        const uint64_t sources = offset >= shared_end && offset < singles_end ? 2 : 1;
        const uint64_t weights = offset < singles_end ? 2 : 1;
        visitor.read(Array::offset, offset * 2, sources * 2);
        visitor.read(Array::weight, weight * 4, weights * 4);
        for (uint64_t s = 0; s < sources; ++s) read_values(layer_.offset[offset++]);
        weight += weights;
      }
      if (is_last) visitor.read(Array::bias, (bias + 2 * (p - block.pair)) * 4, 8);
      visitor.write_target(pair.row[1], at, bytes);
      visitor.write_target(pair.row[0], at, bytes);
    }
  }

  PairedLayer layer_;
  Activation activation_;
  bool is_first_;
};

class RowPairsMaker final : public KernelMaker {
 public:
  RowPairsMaker(const Plan& plan, uint32_t candidates) : panel_(plan.panel), candidates_(candidates) {
    // At least: where two targets share every source.
    check_memory("row_pairs", connections_of(plan) * (sizeof(float) + sizeof(uint16_t) / 2));
  }

  std::unique_ptr<RowKernel> make(const Layer& layer, const LayerRows& rows) override {
    const double possible = static_cast<double>(layer.sources) * layer.targets;
    const double density = possible > 0 ? static_cast<double>(layer.connections()) / possible : 0;
    PairShape shape = pair_shape(density, panel_, simd_lanes() * 4, l1_bytes());
    shape.candidates = candidates_;
    PairedLayer paired = pair_rows(layer, rows.source, rows.target, shape);
    // How many pairs a layer has is only known once it is in blocks.
    stored_ += paired.bytes();
    check_memory("row_pairs", stored_);
    connections_ += layer.connections();
    shared_ += paired.shared;
    is_matched_ = is_matched_ || paired.is_matched;
    return std::make_unique<RowPairs>(std::move(paired), layer.activation, made_++ == 0);
  }
  uint64_t index_bytes() const override { return 2; }

  std::string note() const override {
    const auto share = [&](uint64_t part) {
      return connections_ == 0 ? 0.0 : 100 * static_cast<double>(part) / static_cast<double>(connections_);
    };
    return fmt::format(
        "partners by {}: {:.1f} % of connections share a load",
        !is_matched_ ? std::string("number of connections") : fmt::format("overlap, the best of {}", candidates_),
        share(shared_));
  }

 private:
  uint32_t panel_;
  uint32_t candidates_;
  uint64_t stored_ = 0;
  uint64_t connections_ = 0;
  uint64_t shared_ = 0;
  uint64_t made_ = 0;
  bool is_matched_ = false;
};

std::unique_ptr<KernelMaker> make(const Plan& plan, const Params& params) {
  return std::make_unique<RowPairsMaker>(plan, static_cast<uint32_t>(params.count("candidates")));
}

uint32_t one_strip(double density) {
  return strip_columns(density, simd_lanes() * 4);
}

const RegisterKernel registered{
    {.summary = "pairs of targets in lockstep over blocks of sources in the L1: for networks without structure",
     .options =
         {{"candidates", Type::integer, "32",
           "targets among which a partner is chosen by the sources that both have; 1: the neighbour by number of "
           "connections, prepared fastest; 1024: all, 1 % faster to run than 32",
           between(1, 1024)}},
     .make = make,
     .tracks = {Track::general, Track::structure, Track::value, Track::structure_value},
     .strip_vectors = 2,
     .best_panel = one_strip,
     .bits = {SameBits::any_panel}}};

}  // namespace
}  // namespace sparsio
