// fully_associative_cache: LRU over one set of any number of lines.
// No list is linked and unlinked. The trick is a diary: every access appends its line to a log, and each line knows
// the place of its latest entry; an entry is stale if its line has a later one. The least recently used line is the
// first entry that is not stale, so an eviction walks the log's old end, where every entry is passed once. When the
// log is full, its stale entries are squeezed out. An access costs one random table look-up, independent of the one
// before, and a few sequential ones: the processor overlaps them, which it cannot with a list.
#pragma once

#include <memory>

#include "count/cache/cache_simulator.hpp"

namespace sparsio {

constexpr uint64_t most_simulated_lines = uint64_t{1} << 28;

std::unique_ptr<CacheSimulator> make_fully_associative_cache(uint64_t lines, uint32_t line_shift);

}  // namespace sparsio
