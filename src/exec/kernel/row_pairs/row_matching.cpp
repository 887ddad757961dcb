#include "exec/kernel/row_pairs/row_matching.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace sparsio {
namespace {

/// Ascending by their number of connections, equal ones as they come: by counting.
std::vector<uint32_t> by_count(std::span<const ConnectionList> lists, EmptyRows empty) {
  uint32_t most = 0;
  for (const ConnectionList& list : lists) most = std::max(most, list.count);
  std::vector<uint32_t> begin(most + 2, 0);
  const uint32_t least = empty == EmptyRows::matched ? 0 : 1;
  for (const ConnectionList& list : lists)
    if (list.count >= least) ++begin[list.count + 1];
  for (uint32_t count = 0; count <= most; ++count) begin[count + 1] += begin[count];
  std::vector<uint32_t> order(begin.back());
  for (uint32_t r = 0; r < lists.size(); ++r)
    if (lists[r].count >= least) order[begin[lists[r].count]++] = r;
  return order;
}

/// Which sources of the block each target has.
class Bitmaps {
 public:
  Bitmaps(std::span<const ConnectionList> lists, std::span<const uint16_t> positions, uint32_t block_sources)
      : words_((block_sources + 63) / 64), bits_(lists.size() * words_, 0) {
    for (size_t r = 0; r < lists.size(); ++r)
      for (const uint16_t p : positions.subspan(lists[r].position, lists[r].count))
        bits_[r * words_ + p / 64] |= uint64_t{1} << (p % 64);
  }

  int overlap(uint32_t a, uint32_t b) const {
    int both = 0;
    for (size_t w = 0; w < words_; ++w) both += std::popcount(bits_[a * words_ + w] & bits_[b * words_ + w]);
    return both;
  }

 private:
  size_t words_;
  std::vector<uint64_t> bits_;
};

/// A source that both have saves a load, a connection that one has more is a step of its own, twice as dear.
std::vector<RowMatch> greedy(std::vector<uint32_t> order, std::span<const ConnectionList> lists,
                             const Bitmaps& bitmaps) {
  std::vector<RowMatch> matches;
  std::reverse(order.begin(), order.end());
  std::vector<uint32_t> left = std::move(order);
  std::vector<char> is_taken(lists.size(), 0);
  for (size_t i = 0; i < left.size(); ++i) {
    if (is_taken[left[i]] != 0) continue;
    const auto count = static_cast<int>(lists[left[i]].count);
    int best = std::numeric_limits<int>::min();
    RowMatch match{left[i]};
    for (size_t j = i + 1; j < left.size(); ++j) {
      if (is_taken[left[j]] != 0) continue;
      const int fewer = count - static_cast<int>(lists[left[j]].count);
      if (count - 2 * fewer < best) break;  // the rest have still fewer
      const int gain = bitmaps.overlap(left[i], left[j]) - 2 * fewer;
      if (gain > best) best = gain, match.second = left[j];
    }
    is_taken[left[i]] = 1;
    if (match.has_second()) is_taken[match.second] = 1;
    matches.push_back(match);
  }
  return matches;
}

}  // namespace

std::vector<RowMatch> match_rows(std::span<const ConnectionList> lists, std::span<const uint16_t> positions,
                                 uint32_t block_sources, EmptyRows empty, Matching matching) {
  std::vector<uint32_t> order = by_count(lists, empty);
  if (matching == Matching::greedy) return greedy(std::move(order), lists, Bitmaps(lists, positions, block_sources));
  std::vector<RowMatch> matches;
  for (size_t k = 0; k + 1 < order.size(); k += 2) matches.push_back({order[k], order[k + 1]});
  if (order.size() % 2 == 1) matches.push_back({order.back()});
  return matches;
}

}  // namespace sparsio
