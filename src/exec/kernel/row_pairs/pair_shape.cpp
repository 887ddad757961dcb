#include "exec/kernel/row_pairs/pair_shape.hpp"

#include <algorithm>

namespace sparsio {
namespace {

/// What was the fastest at densities up to this one (results/README.md), by how much of an L1 of 32 KiB a block took on
/// strips of so many vectors. Where targets have few connections in a block, a part of it from L2, in the end all of
/// it, costs less than more visits of their sums.
struct Strip {
  uint32_t vectors;
  double l1_share;
  uint32_t widest;  // vectors of a panel that is better taken as it lies than copied, strip by strip
};
struct ShapeRule {
  double density;
  Strip wide;    // with vectors of a whole line, which visit sums in fewer steps
  Strip narrow;  // with others
};
constexpr ShapeRule shape_rules[] = {
    {0.0075, {2, 8.0, 4}, {4, 8.0, 6}},   //
    {0.015, {2, 4.0, 4}, {4, 4.0, 6}},    //
    {0.035, {2, 2.0, 3}, {4, 2.0, 6}},    //
    {0.07, {3, 1.5, 4}, {4, 1.5, 6}},     //
    {0.14, {4, 1.375, 4}, {6, 1.0, 6}},   //
    {0.25, {4, 1.0, 4}, {6, 0.875, 6}},   //
    {1.0, {4, 0.875, 4}, {6, 0.875, 6}},  //
};

Strip strip_at(double density, uint32_t vector_bytes) {
  const auto rule = std::find_if(std::begin(shape_rules), std::end(shape_rules) - 1,
                                 [&](const ShapeRule& one) { return density <= one.density; });
  return vector_bytes >= cache_line ? rule->wide : rule->narrow;
}

}  // namespace

PairShape pair_shape(double density, uint32_t panel, uint32_t vector_bytes, uint64_t l1_bytes) {
  const Strip strip = strip_at(density, vector_bytes);
  PairShape shape;
  shape.vector_bytes = vector_bytes;
  // The panel decides the strip, never the block: the order of the sums is the same in any.
  const double block_bytes = strip.l1_share * static_cast<double>(l1_bytes);
  const auto sources = static_cast<uint32_t>(block_bytes / (strip.vectors * vector_bytes));
  const PairShape widest{.vectors = strip.widest, .vector_bytes = vector_bytes};
  shape.block_sources = std::clamp(sources, 1U, most_block_bytes / widest.pitch());
  const uint32_t vectors = std::max(1U, (panel * 4 + vector_bytes - 1) / vector_bytes);
  shape.vectors = vectors <= strip.widest ? vectors : next_strip(vectors, strip.vectors);
  return shape;
}

uint32_t strip_columns(double density, uint32_t vector_bytes) {
  const auto columns = static_cast<uint32_t>(strip_at(density, vector_bytes).vectors * vector_bytes / sizeof(float));
  return columns % 16 == 0 ? columns : 16;
}

}  // namespace sparsio
