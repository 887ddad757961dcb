// challenge_layers: a network whose layers are TSV files, walked one file at a time.
// A layer file has a line `source target weight` a connection, 1-based. Official files are sorted by target, then
// source, which is the layout of a Layer, so a sorted file is only appended; any other order is sorted after reading.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "format/shared/stored_layers.hpp"
#include "net/layer.hpp"

namespace sparsio {

/// Layers of `neurons` neurons each, file k being layer k, every neuron with this bias. Files are opened as the walk
/// reaches them; BadInput at "file:line" then, for what row_reader refuses, a connection twice, an empty file.
std::unique_ptr<LayerSource> challenge_layers(std::vector<std::string> paths, uint32_t neurons, float bias,
                                              Zeros zeros);

}  // namespace sparsio
