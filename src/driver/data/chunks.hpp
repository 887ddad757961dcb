// chunks: a batch cut into pieces that ranks draw one after the other.
// Inputs die at different depths, so equal pieces are not equal work. Guided self-scheduling (Polychronopoulos and Kuck
// 1987): a chunk is a part of what is left, large at first, small at the end, where it evens out.
#pragma once

#include <cstdint>
#include <vector>

namespace sparsio {

/// Where each chunk of `count` inputs begins, and `count` at the end. A chunk is 1 / (2 ranks) of what is left, a whole
/// number of panels, and no less than `smallest` inputs nor than 1 / (16 ranks) of all, but the last.
std::vector<uint64_t> guided_chunks(uint64_t count, uint64_t ranks, uint64_t smallest, uint64_t panel);

/// One chunk a rank, as equal as can be; some are empty where there are more ranks than inputs.
std::vector<uint64_t> equal_chunks(uint64_t count, uint64_t ranks);

}  // namespace sparsio
