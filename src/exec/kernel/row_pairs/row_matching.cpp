#include "exec/kernel/row_pairs/row_matching.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace sparsio {
namespace {

/// Descending by their number of connections, equal ones as they come: by counting.
std::vector<uint32_t> by_count(std::span<const ConnectionList> lists, EmptyRows empty) {
  uint32_t most = 0;
  for (const ConnectionList& list : lists) most = std::max(most, list.count);
  std::vector<uint32_t> begin(most + 2, 0);
  const uint32_t least = empty == EmptyRows::matched ? 0 : 1;
  for (const ConnectionList& list : lists)
    if (list.count >= least) ++begin[most - list.count + 1];
  for (uint32_t k = 0; k <= most; ++k) begin[k + 1] += begin[k];
  std::vector<uint32_t> order(begin.back());
  for (uint32_t r = 0; r < lists.size(); ++r)
    if (lists[r].count >= least) order[begin[most - lists[r].count]++] = r;
  return order;
}

/// Which sources of the block each row of an order has.
class Bitmaps {
 public:
  Bitmaps(std::span<const uint32_t> order, std::span<const ConnectionList> lists, std::span<const uint16_t> positions,
          uint32_t block_sources)
      : words_((block_sources + 63) / 64), bits_(order.size() * words_, 0) {
    for (size_t k = 0; k < order.size(); ++k)
      for (const uint16_t p : positions.subspan(lists[order[k]].position, lists[order[k]].count))
        bits_[k * words_ + p / 64] |= uint64_t{1} << (p % 64);
  }

  int overlap(size_t a, size_t b) const {
    int both = 0;
    for (size_t w = 0; w < words_; ++w) both += std::popcount(bits_[a * words_ + w] & bits_[b * words_ + w]);
    return both;
  }

 private:
  size_t words_;
  std::vector<uint64_t> bits_;
};

}  // namespace

std::vector<RowMatch> match_rows(std::span<const ConnectionList> lists, std::span<const uint16_t> positions,
                                 uint32_t block_sources, EmptyRows empty, uint32_t candidates) {
  const std::vector<uint32_t> order = by_count(lists, empty);
  const auto rows = static_cast<uint32_t>(order.size());
  const Bitmaps bitmaps(candidates > 1 ? order : std::span<const uint32_t>(), lists, positions, block_sources);
  std::vector<uint32_t> next(rows + 1);  // of those that are left; the last slot begins the list
  const uint32_t begin = rows;
  for (uint32_t k = 0; k < rows; ++k) next[k] = k + 1;
  next[begin] = 0;
  std::vector<RowMatch> matches;
  matches.reserve((rows + 1) / 2);
  while (next[begin] != rows) {
    const uint32_t one = next[begin];
    const auto count = static_cast<int>(lists[order[one]].count);
    next[begin] = next[one];
    int best = std::numeric_limits<int>::min();
    uint32_t before_best = begin;
    uint32_t before = begin;
    for (uint32_t k = 0; candidates > 1 && k < candidates && next[before] != rows; ++k, before = next[before]) {
      const uint32_t other = next[before];
      // A source that both have saves a load, a connection that one has more is a step of its own, twice as dear.
      const int dearer = 2 * (count - static_cast<int>(lists[order[other]].count));
      if (count - dearer < best) break;  // the rest have still fewer
      const int gain = bitmaps.overlap(one, other) - dearer;
      if (gain > best) best = gain, before_best = before;
    }
    RowMatch match{order[one]};
    if (const uint32_t partner = next[before_best]; partner != rows) {
      match.second = order[partner];
      next[before_best] = next[partner];
    }
    matches.push_back(match);
  }
  return matches;
}

}  // namespace sparsio
