// tile_visit: what a worker touches that runs a panel tile by tile, and of each tile slice by slice (tile_run).
// A kernel tells its parts as if the slice were the whole panel. The listener here stands between: it knows where each
// slice has its rows, its inputs and its pixels, and that what all slices read lies there once.
#pragma once

#include "exec/walk/tile_run.hpp"
#include "net/access.hpp"

namespace sparsio {

/// As Engine::visit, of a worker that shares its panel with nobody and meets nobody at barriers, piece by piece.
void visit_tiles(const PanelJob& job, const TileJob& tiles, AccessVisitor& visitor, PassInputs inputs);

}  // namespace sparsio
