// cache_tree: which cores of a machine share which caches. For simulations of machines that we do not have.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/access.hpp"

namespace sparsio {

/// A data or unified cache and the cores under it, which follow each other in hwloc's logical order.
struct CoreCache {
  CacheGeometry geometry;  // named "L1" ...; the whole cache; ways 0 where hwloc does not know them
  uint32_t first_core = 0;
  uint32_t cores = 1;

  bool operator==(const CoreCache&) const = default;
};

struct CacheTree {
  uint32_t cores = 0;
  std::vector<CoreCache> caches;  // innermost level first, then by core
};

/// The machine that `text` describes: "synthetic:" and a description as HWLOC_SYNTHETIC takes it, or the path of a
/// topology in XML, as `lstopo` writes it and HWLOC_XMLFILE takes it. Nothing of this machine is looked at. BadInput at
/// `place`.
CacheTree cache_tree(const std::string& text, const std::string& place);

}  // namespace sparsio
