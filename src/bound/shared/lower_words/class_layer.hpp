// class_layer: a layer whose neurons fall into classes that read and are read alike, and the cycles these form.
// Targets with the same sources are a class, sources with the same readers another. In a layer of a radix_net every
// target class reads two source classes and every source class is read by two target classes: sources are the vertices
// and targets the edges of cycles, all equally long. In the last layer of a block the two are one, and every target
// class reads a class of its own: cycles of length 1. This is found in the connections; no name is trusted, and rows
// and sources may be permuted in any way.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "net/layer.hpp"

namespace sparsio {

struct ClassLayer {
  uint32_t classes = 0;  // of sources, and as many of targets
  uint32_t source_size = 0;
  uint32_t target_size = 0;
  uint32_t cycle = 0;                  // classes a cycle: 1, or 3 and more
  std::vector<uint32_t> source_class;  // of each source. Class k is at place k % cycle of cycle k / cycle,
  std::vector<uint32_t> target_class;  // target class k reads the source classes at its place and at the next one
};

/// None where the layer is no such thing.
std::optional<ClassLayer> class_layer(const Layer& layer);

}  // namespace sparsio
