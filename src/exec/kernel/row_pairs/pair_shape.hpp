// pair_shape: how wide a strip and how large a block of sources suit a layer, by its density.
// A target has fewer connections in a block the sparser the layer is, and each visit of its sum costs a load and a
// store of the whole strip. So blocks grow as density falls, out of the L1 and in the end to the whole layer in L2, and
// strips become narrower, that more sources fit. The rule was measured on one machine; what is as near to it as another
// machine might be is told, to be measured there, and the caller may ask for it.
#pragma once

#include <vector>

#include "exec/kernel/row_pairs/paired_layer.hpp"

namespace sparsio {

/// What is asked for; 0: by the rule.
struct WantedShape {
  uint32_t vectors = 0;      // of a strip, at most
  uint32_t block_bytes = 0;  // that a block of sources takes on a strip
};

/// What suits a layer of that density on panels of so many columns, where a core has an L1 of so many bytes. The block
/// does not depend on the panel, so that sums have one order.
PairShape pair_shape(double density, uint32_t panel, uint32_t vector_bytes, uint64_t l1_bytes,
                     const WantedShape& wanted = {});

/// The panel on which such a layer is fastest: one strip, taken as it lies.
uint32_t strip_columns(double density, uint32_t vector_bytes, const WantedShape& wanted = {});

/// What might be better at that density where the machine is another one: smaller and larger blocks, a narrower and a
/// wider strip.
std::vector<WantedShape> near_shapes(double density, uint32_t vector_bytes, uint64_t l1_bytes);

}  // namespace sparsio
