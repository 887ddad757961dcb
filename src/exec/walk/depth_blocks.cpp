#include "exec/walk/depth_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "exec/walk/panel_kernels.hpp"

namespace sparsio {
namespace {

/// Layers first .. first + layers - 1, counted from 1.
std::string range(uint32_t first, uint32_t layers) {
  return layers == 1 ? fmt::format("{}", first + 1) : fmt::format("{}-{}", first + 1, first + layers);
}

}  // namespace

uint32_t window_rows(uint32_t panel, uint64_t l2_bytes) {
  return static_cast<uint32_t>(std::min<uint64_t>(l2_bytes * 3 / 5 / (uint64_t{row_stride(panel)} * 4), UINT32_MAX));
}

std::string BlockNote::words() const {
  std::string deep;
  std::string single;
  for (size_t b = 0; b < block_.size();) {
    const Block& block = block_[b];
    if (block.layers > 1) {
      deep += fmt::format("{}{} ({}{})", deep.empty() ? "layers " : ", ", range(block.first, block.layers),
                          deep.empty() ? "window " : "", block.window);
      ++b;
      continue;
    }
    const size_t begin = b;
    while (b < block_.size() && block_[b].layers == 1) ++b;
    single += (single.empty() ? "" : ", ") + range(block.first, static_cast<uint32_t>(b - begin));
  }
  const std::string within = window_ == ScheduleLimits::none ? "" : fmt::format(" within {} rows", window_);
  if (deep.empty()) return fmt::format("no two layers depth first{}", within);
  return fmt::format("depth first{}: {}{}", within, deep, single.empty() ? "" : "; one by one " + single);
}

}  // namespace sparsio
