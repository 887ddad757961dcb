// chunks: a batch cut into pieces that ranks draw from one pile.
// Inputs die at different depths, so equal pieces are not equal work. Guided self-scheduling (Polychronopoulos and Kuck
// 1987): a piece is a part of what is left, large at first, small at the end, where it evens out.
#pragma once

#include <cstdint>
#include <vector>

namespace sparsio {

/// Where each share of `count` inputs begins, and `count` at the end. A share is 1 / (2 ranks) of what is left, a whole
/// number of panels, and no less than `smallest` inputs nor than 1 / (16 ranks) of all, but the last.
std::vector<uint64_t> guided_shares(uint64_t count, uint64_t ranks, uint64_t smallest, uint64_t panel);

/// One share a rank, as equal as can be; some are empty where there are more ranks than inputs.
std::vector<uint64_t> equal_shares(uint64_t count, uint64_t ranks);

}  // namespace sparsio
