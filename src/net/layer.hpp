// layer: one layer of connections, and a stream of them.
// A network of 4 x 10^9 connections does not fit in memory, so layered networks are walked: a LayerSource yields one
// layer at a time and can be started again. Each yields the same bytes on every walk.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/activation.hpp"

namespace sparsio {

/// The connections into one layer, compressed by target (CSR of the matrix with a row per target neuron).
struct Layer {
  uint32_t sources = 0;                      // neurons in the layer before
  uint32_t targets = 0;                      // neurons in this layer
  std::vector<uint64_t> begin;               // targets + 1 offsets into source and weight
  std::vector<uint32_t> source;              // within the layer before, ascending within a target, no duplicates
  std::vector<float> weight;                 // of each connection
  std::vector<float> bias;                   // of each target
  Activation activation = Activation::relu;  // of all targets

  uint64_t connections() const { return source.size(); }
  std::span<const uint32_t> sources_of(uint32_t target) const {
    return std::span(source).subspan(begin[target], begin[target + 1] - begin[target]);
  }
};

class LayerSource {
 public:
  virtual ~LayerSource() = default;
  /// Neurons per layer, the inputs first: layers of connections + 1 entries.
  virtual const std::vector<uint32_t>& widths() const = 0;
  /// Goes back before the first layer.
  virtual void restart() = 0;
  /// Overwrites `layer` with the next one (its buffers are reused); false after the last.
  virtual bool next(Layer& layer) = 0;

  uint64_t layers() const { return widths().size() - 1; }
};

}  // namespace sparsio
