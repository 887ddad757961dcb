// challenge_names: how the Graph Challenge names its files, and the biases that its rules give.
// neuron{N}/n{N}-l{k}.tsv is layer k of the network with N neurons a layer, sparse-images-{N}.tsv its inputs. Sizes
// are believed from a name up to 2^20; a larger network must be asked for with an option, because its size alone
// (not the bytes of any file) decides how much memory is taken.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sparsio {

constexpr uint32_t largest_named_width = uint32_t{1} << 20;

struct LayerName {
  uint32_t neurons;
  uint32_t layer;  // 1-based
};

/// "n1024-l7.tsv", "n1024-l7.tsv.gz" or "n1024-l7.tsv.xz", the file name without its folder.
std::optional<LayerName> parse_layer_name(std::string_view name);

/// The N of "sparse-images-{N}.tsv", ".tsv.gz" or ".tsv.xz".
std::optional<uint32_t> parse_images_name(std::string_view name);

/// paths[N][k] of the layer files in `folder` and in its folders neuron{N}. BadInput: unreadable, a layer twice, a file
/// that begins like a layer and is none: passed over, it would leave a shorter network.
std::map<uint32_t, std::map<uint32_t, std::string>> layer_paths(const std::string& folder);

/// "n{N}-l{k}.tsv".
std::string layer_name(uint32_t neurons, uint64_t layer);

}  // namespace sparsio
