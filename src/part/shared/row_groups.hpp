// row_groups: rows of a layer that are given to a part together.
// Rows with the same sources, twins, belong together: the second one costs no word more. They are taken apart only
// where the parts could not be as even as they must be: then no piece has more than half as many rows, and so on. Rows
// without sources have nothing in common, and are pieces of one.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "net/layer.hpp"
#include "net/partition.hpp"

namespace sparsio {

struct RowGroups {
  std::vector<std::vector<uint32_t>> rows;  // of each piece, all with the same sources
  std::vector<uint64_t> connections;        // of each piece
  uint64_t most = 0;                        // connections that a part may have

  size_t count() const { return rows.size(); }
};

/// `imbalance`: the most connections of a part over the mean, - 1. Where single rows are too heavy for it, `most` is
/// what the heaviest part has by_weight().
RowGroups pieces_of(const Layer& layer, uint32_t parts, double imbalance);

/// The part of each piece when each in turn, the heaviest first, goes to the lightest (Graham 1969). No part has more
/// than `most`.
std::vector<uint32_t> by_weight(const RowGroups& pieces, uint32_t parts);

/// Takes pieces from parts that have more than `most` to the lightest ones, the lightest pieces first; where that does
/// not do, all pieces are given out by_weight().
void make_even(const RowGroups& pieces, uint32_t parts, std::vector<uint32_t>& part);

/// The part of each piece of a layer. `owner`: of the layer's sources; empty for the inputs, which nobody owns yet.
using Phase = std::function<std::vector<uint32_t>(const Layer& layer, const RowGroups& pieces,
                                                  const std::vector<uint32_t>& owner)>;

/// A partition made layer by layer from a fresh walk, the first one first, each told who owns the values that it reads.
Partition phase_by_phase(LayerSource& network, uint32_t parts, double imbalance, const Phase& phase);

}  // namespace sparsio
