#include "net/row_allocation.hpp"

#include <numeric>

namespace sparsio {

RowAllocation::RowAllocation(uint32_t inputs) : pool_(inputs), row_(inputs) {
  std::iota(row_.begin(), row_.end(), 0U);
}

std::vector<uint32_t> RowAllocation::place(std::span<const TwinBlock> blocks, std::span<uint32_t> source,
                                           uint32_t targets) {
  const auto sources_of = [&](const TwinBlock& block) { return source.subspan(block.source, block.sources); };
  std::vector<uint32_t> readers(row_.size());  // blocks that still have to read each source
  for (const TwinBlock& block : blocks)
    for (const uint32_t s : sources_of(block)) ++readers[s];
  for (size_t s = 0; s < readers.size(); ++s)
    if (readers[s] == 0) pool_.give_back(row_[s]);
  std::vector<uint32_t> row(targets);
  for (const TwinBlock& block : blocks) {
    // Before its sources are given back: a block is run in several parts, all of which read them.
    for (uint32_t t = 0; t < block.width; ++t) row[block.target + t] = pool_.take();
    for (const uint32_t s : sources_of(block))
      if (--readers[s] == 0) pool_.give_back(row_[s]);
  }
  for (uint32_t& s : source) s = row_[s];
  row_ = row;
  return row;
}

}  // namespace sparsio
