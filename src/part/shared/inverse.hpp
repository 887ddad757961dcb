// inverse: lists of items, the other way round: of each item, the lists that hold it.
// A layer tells the sources of each target; who reads a value is its inverse.
#pragma once

#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "net/layer.hpp"

namespace sparsio {

class Inverse {
 public:
  Inverse() = default;
  /// `list_of(k)`: items below `items` of list k = 0 .. lists - 1.
  template <class ListOf>
  Inverse(size_t items, size_t lists, const ListOf& list_of) : begin_(items + 1, 0) {
    for (size_t k = 0; k < lists; ++k)
      for (const uint32_t item : list_of(k)) ++begin_[item + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    list_.resize(begin_.back());
    std::vector<uint64_t> at(begin_.begin(), begin_.end() - 1);
    for (size_t k = 0; k < lists; ++k)
      for (const uint32_t item : list_of(k)) list_[at[item]++] = static_cast<uint32_t>(k);
  }

  /// Ascending.
  std::span<const uint32_t> of(uint32_t item) const {
    return std::span(list_).subspan(begin_[item], begin_[item + 1] - begin_[item]);
  }

 private:
  std::vector<uint64_t> begin_;
  std::vector<uint32_t> list_;
};

/// Of each source, the targets that read it.
inline Inverse readers_of(const Layer& layer) {
  return {layer.sources, layer.targets, [&](size_t t) { return layer.sources_of(static_cast<uint32_t>(t)); }};
}

}  // namespace sparsio
