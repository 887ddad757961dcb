// layer_units: what a layer is computed in, unit by unit.
// A unit is targets with equal sources (twins): whoever computes one of them has all their sources next to him, so they
// are computed together. A target without twins is a unit of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/layer.hpp"

namespace sparsio {

class LayerUnits {
 public:
  LayerUnits() = default;
  /// Weights and biases are not looked at.
  explicit LayerUnits(const Layer& layer);

  uint32_t units() const { return static_cast<uint32_t>(target_begin_.size() - 1); }
  uint32_t sources() const { return sources_; }
  /// Each unit's targets, ascending.
  std::span<const uint32_t> targets_of(uint32_t unit) const { return part(target_, target_begin_, unit); }
  /// Each unit's sources, in the layer's order.
  std::span<const uint32_t> sources_of(uint32_t unit) const { return part(source_, source_begin_, unit); }
  /// Source after source of all units.
  std::span<const uint32_t> sources_of_all() const { return source_; }

 private:
  static std::span<const uint32_t> part(const std::vector<uint32_t>& list, const std::vector<uint64_t>& begin,
                                        uint32_t unit) {
    return std::span(list).subspan(begin[unit], begin[unit + 1] - begin[unit]);
  }

  uint32_t sources_ = 0;
  std::vector<uint64_t> target_begin_ = {0};
  std::vector<uint64_t> source_begin_ = {0};
  std::vector<uint32_t> target_;
  std::vector<uint32_t> source_;
};

}  // namespace sparsio
