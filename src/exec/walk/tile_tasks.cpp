#include <algorithm>

#include "exec/walk/tile_run.hpp"

namespace sparsio {
namespace {

void keep_once(std::vector<uint32_t>& rows) {
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

}  // namespace

void TileTasks::add(TileTask task, std::span<const uint32_t> reads, std::span<const uint32_t> writes) {
  task_.push_back(task);
  edges_.add(reads, writes);
}

void TileTasks::add(const DepthBlock& block, const RowKernel& kernel) {
  const std::vector<KernelPart> parts = kernel.parts();
  size_t part = 0;
  for (size_t t = 0; t < block.tile.size(); ++t) {
    const size_t end = t + 1 < block.tile.size() ? block.tile[t + 1] : block.steps.size();
    std::vector<uint32_t> reads;
    std::vector<uint32_t> writes;
    for (size_t k = block.tile[t]; k < end; ++k) {
      const UnitStep& step = block.steps[k];
      for (const uint32_t s : block.units[step.layer].sources_of(step.unit)) reads.push_back(block.row[step.layer][s]);
      for (const uint32_t u : block.units[step.layer].targets_of(step.unit))
        writes.push_back(block.row[step.layer + 1][u]);
    }
    TileTask tile{TileTask::What::tile, kernels_, part, part};
    // A part begins with each tile, so that a tile's targets are those of whole parts.
    for (size_t targets = 0; targets < writes.size(); ++tile.end) targets += parts[tile.end].row.size();
    part = tile.end;
    keep_once(reads);
    keep_once(writes);
    add(tile, reads, writes);
    ++tiles_;
  }
  outputs_ = block.row.back();
  if (block.layers.back().activation.kind == ActivationKind::softmax)
    add({TileTask::What::softmax, kernels_}, outputs_, outputs_);
  ++kernels_;
}

TileJob TileTasks::finish(const Tiling& tiling, uint32_t panel) {
  add({TileTask::What::finish}, outputs_, {});
  TileJob job;
  job.task = std::move(task_);
  job.edges = edges_.edges();
  const std::vector<uint32_t> level = levels_of(job.edges);
  for (uint32_t task = 0; task < level.size(); ++task) {
    if (level[task] >= job.of_level.size()) job.of_level.resize(level[task] + size_t{1});
    job.of_level[level[task]].push_back(task);
  }
  job.column = slice_columns(panel, tiling.slices);
  job.tiling = tiling;
  return job;
}

std::vector<uint32_t> slice_columns(uint32_t panel, uint32_t slices) {
  const uint64_t lines = row_stride(panel) / 16;
  std::vector<uint32_t> column;
  for (uint64_t s = 0; s <= slices; ++s) column.push_back(static_cast<uint32_t>(lines * s / slices * 16));
  return column;
}

}  // namespace sparsio
