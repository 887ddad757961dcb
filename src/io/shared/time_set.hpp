// time_set: a set of times with insert, erase and the latest, each a handful of word operations.
// A bit a time, and over it levels in which a bit says "some bit of the 64 below": 4 levels for 16 million times.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace sparsio {

class TimeSet {
 public:
  /// Times 0 .. end - 1.
  explicit TimeSet(uint64_t end) {
    do {
      end = (end + 63) / 64;
      levels_.emplace_back(end, 0);
    } while (end > 1);
  }

  void insert(uint64_t time) {
    for (auto& level : levels_) {
      uint64_t& word = level[time / 64];
      const bool above_knows = word != 0;
      word |= uint64_t{1} << (time % 64);
      if (above_knows) return;
      time /= 64;
    }
  }

  void erase(uint64_t time) {
    for (auto& level : levels_) {
      uint64_t& word = level[time / 64];
      word &= ~(uint64_t{1} << (time % 64));
      if (word != 0) return;
      time /= 64;
    }
  }

  bool contains(uint64_t time) const { return (levels_[0][time / 64] >> (time % 64) & 1) != 0; }

  /// The greatest time in the set, which must not be empty.
  uint64_t latest() const {
    uint64_t at = 0;
    for (size_t l = levels_.size(); l-- > 0;)
      at = at * 64 + 63 - static_cast<uint64_t>(std::countl_zero(levels_[l][at]));
    return at;
  }

 private:
  std::vector<std::vector<uint64_t>> levels_;
};

}  // namespace sparsio
