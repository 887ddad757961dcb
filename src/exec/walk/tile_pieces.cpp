#include "exec/walk/tile_pieces.hpp"

#include <algorithm>

#include "exec/walk/curves.hpp"
#include "exec/walk/panel_kernels.hpp"

namespace sparsio {
namespace {

uint32_t words_of(uint32_t columns) {
  return (columns + 63) / 64;
}

}  // namespace

void TilePieces::make_room() {
  const auto grow = [](auto& vector, uint64_t size) {
    if (vector.size() < size) vector.resize(size);
  };
  grow(buffer_.panel, uint64_t{job_.recycled_rows} * tiles_.column.back());
  if (!batch_.starts_from_bits()) return;
  uint64_t words = 0;
  for (size_t s = 0; s < tiles_.slices(); ++s) words += words_of(tiles_.column[s + 1] - tiles_.column[s]);
  grow(buffer_.pixels, job_.widths.front() * words);
}

void TilePieces::run(const TilePiece& piece) {
  if (tiles_.tiling.before_piece) tiles_.tiling.before_piece();
  const Slice slice = slice_of(piece);
  if (slice.count == 0) return;
  switch (piece.task.what) {
    case TileTask::What::fill:
      return fill(slice);
    case TileTask::What::tile:
      return run_tile(piece, slice);
    case TileTask::What::softmax:
      return softmax(piece, slice);
    case TileTask::What::finish:
      return finish(slice);
  }
}

TilePieces::Slice TilePieces::slice_of(const TilePiece& piece) const {
  Slice slice{};
  slice.column = tiles_.column[piece.slice];
  slice.stride = tiles_.column[piece.slice + 1] - slice.column;
  slice.first = piece.panel * job_.panel + slice.column;
  const uint64_t end =
      std::min({batch_.inputs.count, (piece.panel + 1) * job_.panel, slice.first + uint64_t{slice.stride}});
  slice.count = end > slice.first ? static_cast<uint32_t>(end - slice.first) : 0;
  slice.panel = buffer_.panel.data() + uint64_t{job_.recycled_rows} * slice.column;
  slice.words = words_of(slice.stride);
  if (batch_.starts_from_bits()) {
    uint64_t before = 0;
    for (size_t s = 0; s < piece.slice; ++s) before += words_of(tiles_.column[s + 1] - tiles_.column[s]);
    slice.pixels = buffer_.pixels.data() + job_.widths.front() * before;
  }
  return slice;
}

void TilePieces::fill(const Slice& slice) {
  if (batch_.starts_from_bits())
    transpose_bits(batch_.inputs, slice.first, slice.count, slice.pixels, slice.words, rows_of(job_, 0));
  else
    fill_panel(batch_.inputs, slice.first, slice.count, slice.panel, slice.stride, rows_of(job_, 0));
}

void TilePieces::run_tile(const TilePiece& piece, const Slice& slice) {
  const TileTask& tile = piece.task;
  const RowKernel& kernel = *job_.kernel[tile.kernel];
  const bool reads_bits = tile.kernel == 0 && batch_.starts_from_bits();
  const BitSources bits = reads_bits ? BitSources{slice.pixels, slice.words} : BitSources{};
  if (batch_.living == nullptr) {
    kernel.forward_parts(tile.first, tile.end, bits, slice.panel, slice.stride, slice.count);
    return;
  }
  // A value within a block of layers is gone before the block is through, so it is looked at when it is made.
  const size_t layer = first_layer_of(job_, tile.kernel);
  for (size_t p = tile.first; p < tile.end; ++p) {
    kernel.forward_parts(p, p + 1, bits, slice.panel, slice.stride, slice.count);
    const KernelPart& part = batch_.parts[tile.kernel][p];
    if (part.activation.kind == ActivationKind::softmax) continue;
    const Rows rows = {part.row.size(), part.row.data()};
    batch_.living->add(piece.panel, layer + part.layer, slice.column,
                       alive_columns(slice.panel, rows, slice.stride, slice.count, part.activation));
  }
}

void TilePieces::softmax(const TilePiece& piece, const Slice& slice) {
  const size_t layer = piece.task.kernel + 1;
  softmax_columns(slice.panel, rows_of(job_, layer), slice.stride, slice.count);
  if (batch_.living != nullptr)
    batch_.living->add(
        piece.panel, first_layer_of(job_, layer) - 1, slice.column,
        alive_columns(slice.panel, rows_of(job_, layer), slice.stride, slice.count, job_.activations[layer - 1]));
}

void TilePieces::finish(const Slice& slice) {
  const Columns alive =
      alive_columns(slice.panel, rows_of(job_, job_.kernel.size()), slice.stride, slice.count, job_.activations.back());
  for (uint32_t c = 0; c < slice.count; ++c)
    if ((alive[c / 64] >> (c % 64) & 1) != 0) categories.push_back(slice.first + c + 1);
  executed_edges += tiles_.connections * slice.count;
  if (batch_.observe != Observe::values) return;
  const uint64_t outputs = outputs_of(job_);
  for (uint32_t c = 0; c < slice.count; ++c)
    for (uint64_t o = 0; o < outputs; ++o) {
      const uint64_t row = job_.output_of.empty() ? o : job_.output_of[o];
      batch_.outcome.values[(slice.first + c) * outputs + o] = slice.panel[row * slice.stride + c];
    }
}

}  // namespace sparsio
