#include "driver/data/chunks.hpp"

#include <algorithm>

namespace sparsio {

std::vector<uint64_t> guided_chunks(uint64_t count, uint64_t ranks, uint64_t smallest, uint64_t panel) {
  const auto whole_panels = [&](uint64_t inputs) { return (inputs + panel - 1) / panel * panel; };
  const uint64_t least = whole_panels(std::max({smallest, count / (16 * ranks), uint64_t{1}}));
  std::vector<uint64_t> begins{0};
  while (begins.back() < count) {
    const uint64_t left = count - begins.back();
    begins.push_back(begins.back() + std::min(left, std::max(least, whole_panels(left / (2 * ranks)))));
  }
  return begins;
}

std::vector<uint64_t> equal_chunks(uint64_t count, uint64_t ranks) {
  std::vector<uint64_t> begins;
  for (uint64_t rank = 0; rank <= ranks; ++rank)
    begins.push_back(rank * (count / ranks) + std::min(rank, count % ranks));
  return begins;
}

}  // namespace sparsio
