// readers: a layer by source, who reads which value.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/layer.hpp"

namespace sparsio {

/// The targets of each source, ascending: the layer's connections the other way round.
class Readers {
 public:
  explicit Readers(const Layer& layer) : begin_(layer.sources + size_t{1}, 0), target_(layer.connections()) {
    for (const uint32_t s : layer.source) ++begin_[s + 1];
    for (uint32_t s = 0; s < layer.sources; ++s) begin_[s + 1] += begin_[s];
    std::vector<uint64_t> at(begin_.begin(), begin_.end() - 1);
    for (uint32_t t = 0; t < layer.targets; ++t)
      for (const uint32_t s : layer.sources_of(t)) target_[at[s]++] = t;
  }

  std::span<const uint32_t> of(uint32_t source) const {
    return std::span(target_).subspan(begin_[source], begin_[source + 1] - begin_[source]);
  }

 private:
  std::vector<uint64_t> begin_;
  std::vector<uint32_t> target_;
};

}  // namespace sparsio
