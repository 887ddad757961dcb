// level_items: what ranks send each other before a layer: values, partial sums, or the fewer of both.
// From p to q, with s of p and t of q, a connection s -> t asks that either the value s be sent, or that p add s into
// a partial sum of t and send that. Per pair, what is sent is thus a vertex cover of the bipartite graph of their
// connections: all of the values, all of the sums, or the least of both mixed, which by Koenig is as large as the
// largest matching (SHIRO, 2025). Of the least covers the one with the most values is taken: these cost no work.
// Values and sums are both items with an owner and readers, so that whoever carries items need not know which they are.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "mpi/shared/exchange.hpp"
#include "net/layer.hpp"

namespace sparsio {

enum class Sent : uint8_t { values, sums, cover };

/// "values", "sums" or "cover".
Sent parse_sent(std::string_view name);

/// A part's share of the sum of a target that another part owns, for the connections whose values it does not send.
struct PartialSum {
  uint32_t part;
  uint32_t target;
};

struct LevelItems {
  std::vector<uint32_t> owner;   // of the layer's sources, then of the sums
  Readers readers;               // of each item
  std::vector<PartialSum> sums;  // by target, then by part

  uint32_t sources() const { return static_cast<uint32_t>(owner.size() - sums.size()); }
  bool is_read(uint32_t item, uint32_t part) const;
};

/// Owners of the layer's sources and targets: `from`, `to`.
LevelItems level_items(const Layer& layer, const std::vector<uint32_t>& from, const std::vector<uint32_t>& to,
                       Sent sent);

/// Of a bipartite graph without double edges (left, right), a smallest vertex cover, of those the one with the most on
/// the left; ascending.
struct Cover {
  std::vector<uint32_t> left;
  std::vector<uint32_t> right;
};
Cover least_cover(const std::vector<std::pair<uint32_t, uint32_t>>& edges);

}  // namespace sparsio
