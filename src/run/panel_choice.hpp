// panel_choice: how many inputs to process together, where the user does not say.
// Layer by layer, an engine reads the rows of one layer and writes those of the next: two rows of a float a neuron and
// input. They should stay in the core's L2, and leave half of it to the stream of weights and indices. A panel that is
// too narrow to fill an engine's registers is worse than one that does not fit, because every weight is then read for
// fewer inputs; so the engine's own width is the least. Where everything fits the L1 even at twice that width, nothing
// is gained by going on.
#pragma once

#include <string>

#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "topo/topology.hpp"

namespace sparsio {

struct PanelChoice {
  uint32_t panel = 48;
  std::string source;  // "given", or why
};

/// `wanted` inputs, or the choice for 0. `engine` may be null (none executes), and so may `layers` (a general DAG).
PanelChoice choose_panel(uint64_t wanted, const Resolved<EngineKind>* engine, LayerSource* layers, uint64_t input_count,
                         unsigned threads, const Machine& machine);

}  // namespace sparsio
