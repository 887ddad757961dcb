// caches: what a simulated meter should watch.
// Either thread 0's caches as the machine has them, each by the share that one thread has, or a list that the user
// wrote: `L1=32KiB/8,L2=1MiB/16,X=64KiB` is name=bytes/ways/line bytes, ways 0 or none being fully associative.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/access.hpp"
#include "topo/topology.hpp"

namespace sparsio {

/// Thread 0's believed caches, innermost first. A share of a cache keeps its sets and takes its part of the ways where
/// that comes out even, and keeps the ways with fewer sets otherwise (rounded down to whole sets).
std::vector<CacheGeometry> geometries(const Machine& machine);

/// "none" is none. BadInput at `place`: a part that is not name=bytes/ways/line, a name given twice, bytes that are not
/// whole sets.
std::vector<CacheGeometry> parse_caches(std::string_view text, const std::string& place);

}  // namespace sparsio
