// free_rows: rows of one buffer, handed out again as soon as nobody needs what is in them.
// The row given back last is taken first: whoever read it has just had it in his cache, so the next value is written
// where the cache already is, and the buffer grows no larger than the most values that are alive at a time.
#pragma once

#include <cstdint>
#include <vector>

namespace sparsio {

class FreeRows {
 public:
  /// Rows 0 .. taken - 1 are in use.
  explicit FreeRows(uint32_t taken) : rows_(taken) {}

  uint32_t take() {
    if (free_.empty()) return rows_++;
    const uint32_t row = free_.back();
    free_.pop_back();
    return row;
  }
  void give_back(uint32_t row) { free_.push_back(row); }

  /// The most that were ever in use at once.
  uint32_t rows() const { return rows_; }

 private:
  uint32_t rows_;
  std::vector<uint32_t> free_;
};

}  // namespace sparsio
