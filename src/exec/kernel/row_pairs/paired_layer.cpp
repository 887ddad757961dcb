#include "exec/kernel/row_pairs/paired_layer.hpp"

#include <algorithm>
#include <array>

#include "exec/kernel/row_pairs/row_matching.hpp"

namespace sparsio {
namespace {

/// Partners are looked for where targets have so many connections in a block, on average, and so many for every 64
/// sources. Of fewer hardly any meet: looking for them would cost more than it saves.
constexpr uint32_t fewest_to_match = 3;
constexpr uint32_t fewest_of_64 = 1;

/// Two targets of a row block, the second of which may be missing, and how many steps they take.
struct Matched {
  RowMatch rows;
  uint32_t shared = 0;
  uint32_t singles = 0;
  uint32_t rest = 0;
};

/// Lays a layer out, block after block.
class Pairing {
 public:
  Pairing(const Layer& layer, PairedLayer& made) : layer_(layer), made_(made), position_(layer.sources, 0) {}

  /// Where rows are to be copied anyway, only sources with a connection are worth a place in the L1.
  void find_sources(std::span<const uint32_t> source_row) {
    made_.is_in_rows = source_row.empty();
    for (const uint32_t s : layer_.source) position_[s] = 1;
    if (made_.is_in_rows) std::fill(position_.begin(), position_.end(), 1);
    uint32_t used = 0;
    for (uint32_t s = 0; s < layer_.sources; ++s) {
      if (position_[s] == 0) continue;
      position_[s] = used++;
      made_.source_row.push_back(source_row.empty() ? s : source_row[s]);
    }
  }

  void lay_out() {
    const auto used = static_cast<uint32_t>(made_.source_row.size());
    const uint32_t blocks = std::max(1U, (used + made_.shape.block_sources - 1) / made_.shape.block_sources);
    made_.source_blocks = blocks;
    made_.offset.reserve(layer_.connections() + layer_.connections() / 16);
    made_.weight.reserve(layer_.connections() + layer_.connections() / 16);
    made_.bias.reserve(layer_.targets + 1);
    for (uint32_t row = 0; row < layer_.targets; row += made_.shape.row_block) {
      const uint32_t rows = std::min(made_.shape.row_block, layer_.targets - row);
      end_.assign(layer_.begin.begin() + row, layer_.begin.begin() + row + rows);
      for (uint32_t b = 0; b < blocks; ++b) {
        const auto first = static_cast<uint32_t>(uint64_t{used} * b / blocks);
        const auto last = static_cast<uint32_t>(uint64_t{used} * (b + 1) / blocks);
        lay_out_block(row, rows, first, last, b == 0 || b + 1 == blocks);
        if (b + 1 == blocks) add_biases();
      }
    }
    // Short pairs leave no time for it.
    const uint64_t bytes = made_.weight.size() * sizeof(float) / std::max<size_t>(1, made_.pair.size());
    made_.lines_ahead = bytes >= 160 ? 4 : bytes >= 96 ? 2 : 0;
    // The loop looks two pairs ahead.
    made_.pair.insert(made_.pair.end(), 2, RowPair{{0, 0}, 0, 0, 0});
  }

 private:
  void lay_out_block(uint32_t row, uint32_t rows, uint32_t first, uint32_t last, bool is_whole) {
    lists_.resize(rows);
    for (uint32_t r = 0; r < rows; ++r) {
      const uint64_t begin = end_[r];
      uint64_t& k = end_[r];
      while (k < layer_.begin[row + r + 1] && position_[layer_.source[k]] < last) ++k;
      lists_[r] = {begin, static_cast<uint32_t>(k - begin)};
    }
    made_.block.push_back({made_.pair.size(), made_.offset.size(), made_.weight.size(), 0, first, last - first});
    first_row_ = row;
    first_source_ = first;
    position_list_.clear();
    for (ConnectionList& list : lists_) {
      const auto at = static_cast<uint32_t>(position_list_.size());
      for (uint32_t k = 0; k < list.count; ++k)
        position_list_.push_back(static_cast<uint16_t>(position_[layer_.source[list.first + k]] - first));
      list.position = at;
    }
    // Sums begin in the first block and are finished in the last.
    const uint64_t fewest = std::max<uint64_t>(fewest_to_match, uint64_t{fewest_of_64} * (last - first) / 64);
    const uint32_t candidates = position_list_.size() >= fewest * rows ? made_.shape.candidates : 1;
    if (candidates > 1) made_.is_matched = true;
    const auto matches = match_rows(lists_, position_list_, last - first,
                                    is_whole ? EmptyRows::matched : EmptyRows::left_out, candidates);
    matched_.clear();
    for (const RowMatch& rows_matched : matches) {
      Matched one{rows_matched};
      if (one.rows.has_second()) {
        if (lists_[one.rows.first].count < lists_[one.rows.second].count) std::swap(one.rows.first, one.rows.second);
        one.shared = shared_positions(lists_[one.rows.first], lists_[one.rows.second]);
        one.singles = lists_[one.rows.second].count - one.shared;
      }
      one.rest = lists_[one.rows.first].count - one.shared - one.singles;
      matched_.push_back(one);
    }
    // Up and down in turns: where one count steps, the other stays.
    std::stable_sort(matched_.begin(), matched_.end(), [](const Matched& a, const Matched& b) {
      if (a.shared != b.shared) return a.shared < b.shared;
      return a.shared % 2 == 1 ? a.singles > b.singles : a.singles < b.singles;
    });
    for (const Matched& one : matched_) add(one);
    made_.block.back().pairs = static_cast<uint32_t>(matched_.size());
  }

  uint32_t shared_positions(const ConnectionList& a, const ConnectionList& b) const {
    const uint16_t* p = position_list_.data() + a.position;
    const uint16_t* q = position_list_.data() + b.position;
    const uint16_t* const p_end = p + a.count;
    const uint16_t* const q_end = q + b.count;
    uint32_t shared = 0;
    while (p != p_end && q != q_end) {
      const uint16_t at_p = *p;
      const uint16_t at_q = *q;
      shared += at_p == at_q ? 1 : 0;
      p += at_p <= at_q ? 1 : 0;
      q += at_q <= at_p ? 1 : 0;
    }
    return shared;
  }

  uint32_t panel_row(uint32_t r) const {
    return made_.target_row.empty() ? first_row_ + r : made_.target_row[first_row_ + r];
  }

  uint16_t offset_of(uint16_t position) const {
    return static_cast<uint16_t>(position * (made_.shape.pitch() / offset_bytes));
  }

  void add(const Matched& one) {
    const uint32_t rows[2] = {one.rows.first, one.rows.has_second() ? one.rows.second : one.rows.first};
    made_.pair.push_back({{panel_row(rows[0]), panel_row(rows[1])},
                          static_cast<uint16_t>(one.shared),
                          static_cast<uint16_t>(one.singles),
                          static_cast<uint16_t>(one.rest)});
    made_.shared += 2 * uint64_t{one.shared};
    const ConnectionList a = lists_[rows[0]];
    const ConnectionList b = one.rows.has_second() ? lists_[rows[1]] : ConnectionList{};
    const uint16_t* const p = position_list_.data() + a.position;
    const uint16_t* const q = position_list_.data() + b.position;
    for (auto& list : single_) list.clear();
    for (uint32_t i = 0, j = 0; i < a.count || j < b.count;) {
      const bool takes_a = j == b.count || (i < a.count && p[i] <= q[j]);
      const bool takes_b = i == a.count || (j < b.count && q[j] <= p[i]);
      if (takes_a && takes_b) {
        made_.offset.push_back(offset_of(p[i]));
        made_.weight.push_back(layer_.weight[a.first + i++]);
        made_.weight.push_back(layer_.weight[b.first + j++]);
      } else if (takes_a) {
        single_[0].push_back({offset_of(p[i]), layer_.weight[a.first + i]}), ++i;
      } else {
        single_[1].push_back({offset_of(q[j]), layer_.weight[b.first + j]}), ++j;
      }
    }
    for (uint32_t k = 0; k < one.singles + one.rest; ++k)
      for (const auto& list : single_) {
        if (k >= list.size()) continue;
        made_.offset.push_back(list[k].offset);
        made_.weight.push_back(list[k].weight);
      }
  }

  void add_biases() {
    for (const Matched& one : matched_) {
      made_.bias.push_back(layer_.bias[first_row_ + one.rows.first]);
      made_.bias.push_back(layer_.bias[first_row_ + (one.rows.has_second() ? one.rows.second : one.rows.first)]);
    }
  }

  struct Single {
    uint16_t offset;
    float weight;
  };

  const Layer& layer_;
  PairedLayer& made_;
  std::vector<uint32_t> position_;  // of each source among those used
  std::vector<uint64_t> end_;       // of what is laid out of each row of the row block
  std::vector<ConnectionList> lists_;
  std::vector<uint16_t> position_list_;
  std::vector<Matched> matched_;
  std::array<std::vector<Single>, 2> single_;
  uint32_t first_row_ = 0;
  uint32_t first_source_ = 0;
};

}  // namespace

PairedLayer pair_rows(const Layer& layer, std::span<const uint32_t> source_row, std::span<const uint32_t> target_row,
                      const PairShape& shape) {
  PairedLayer made;
  made.shape = shape;
  made.targets = layer.targets;
  made.target_row.assign(target_row.begin(), target_row.end());
  Pairing pairing(layer, made);
  pairing.find_sources(source_row);
  pairing.lay_out();
  made.pair.shrink_to_fit();
  made.offset.shrink_to_fit();
  made.weight.shrink_to_fit();
  return made;
}

}  // namespace sparsio
