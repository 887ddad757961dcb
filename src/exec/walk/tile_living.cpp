#include "exec/walk/tile_living.hpp"

#include <bit>

namespace sparsio {

void TileLiving::add(uint64_t panel, size_t layer, uint32_t column, const Columns& alive) {
  const std::lock_guard one_by_one(writing_);
  uint64_t* const words = &word_[(panel * layers_ + layer) * words_];
  for (uint32_t w = 0; w < alive.size(); ++w)
    for (uint64_t bits = alive[w]; bits != 0; bits &= bits - 1) {
      const uint32_t c = column + w * 64 + static_cast<uint32_t>(std::countr_zero(bits));
      words[c / 64] |= uint64_t{1} << (c % 64);
    }
}

std::vector<uint64_t> TileLiving::counts() const {
  std::vector<uint64_t> count(layers_, 0);
  for (size_t k = 0; k < word_.size(); ++k)
    count[k / words_ % layers_] += static_cast<uint64_t>(std::popcount(word_[k]));
  return count;
}

}  // namespace sparsio
