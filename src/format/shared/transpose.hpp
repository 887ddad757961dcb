// transpose: layers put the way a format wants them.
#pragma once

#include <string>
#include <string_view>

#include "net/layer.hpp"
#include "net/network.hpp"

namespace sparsio {

/// The layer with sources and targets exchanged; biases are not carried over.
Layer transposed(const Layer& layer);

/// Sources ascending within each target, weights with them. Offsets must be sound as far as they go.
void sort_rows(Layer& layer);

/// A layer from its connections in any order: entry k goes from source[k] to target[k]. Empty `weight`: all 0. Equal
/// connections stay, side by side, in the order given.
Layer layer_of(uint32_t sources, uint32_t targets, const std::vector<uint32_t>& source,
               const std::vector<uint32_t>& target, const std::vector<float>& weight);

/// The layer of a network that has one; BadInput at `path` for others. `format` is for the message.
Layer only_layer(NetworkSource& network, std::string_view format, const std::string& path);

}  // namespace sparsio
