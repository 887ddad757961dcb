// pair_shape: how wide a strip and how large a block of sources suit a layer, by its density.
// A target has fewer connections in a block the sparser the layer is, and each visit of its sum costs a load and a
// store of the whole strip. So blocks grow as density falls, out of the L1 and in the end to the whole layer in L2, and
// strips become narrower, that more sources fit.
#pragma once

#include "exec/kernel/row_pairs/paired_layer.hpp"

namespace sparsio {

/// What suits a layer of that density on panels of so many columns, where a core has an L1 of so many bytes. The block
/// does not depend on the panel, so that sums have one order.
PairShape pair_shape(double density, uint32_t panel, uint32_t vector_bytes, uint64_t l1_bytes);

/// The panel on which such a layer is fastest: one strip, taken as it lies.
uint32_t strip_columns(double density, uint32_t vector_bytes);

}  // namespace sparsio
