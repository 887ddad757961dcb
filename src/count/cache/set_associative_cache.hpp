// set_associative_cache: LRU over many sets of few ways.
// A set is a short array in the order of last use, so that a hit on what was just used is found at once and the victim
// is always the last: to touch is to find and to move to the front. The bit below a tag says that the line is dirty.
// Sets need not be a power of two: then the set is line mod sets, as for a thread's share of a cache.
#pragma once

#include <memory>

#include "count/cache/cache_simulator.hpp"

namespace sparsio {

/// Above this one set is better served by fully_associative_cache.hpp.
constexpr uint64_t most_searched_ways = 16;

std::unique_ptr<CacheSimulator> make_set_associative_cache(uint64_t sets, uint32_t ways, uint32_t line_shift);

}  // namespace sparsio
